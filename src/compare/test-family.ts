import { holm } from '../stats/multiplicity.ts';

/** A test as its family sees it. */
export interface FamilyMember {
  readonly p: number;
  /** Smallest p that the test can give at all; absent where there is no such bound. */
  readonly leastP?: number;
}

export interface TestFamily {
  /** Tests that can reject at all, and so share the error rate. */
  readonly size: number;
  /** Adjusted p of each test, in the order given; undefined for a test that cannot reject whatever it finds. */
  readonly adjusted: readonly (number | undefined)[];
  /** Level of the family's first and hardest step, α ÷ size: what power is reckoned at. */
  readonly stepAlpha: number;
}

/**
 * Holm's adjusted p values over a family of tests, of which some may be too small to reject: five trials a side
 * cannot give a p below 0.008. Such tests are left out before anything is adjusted, so that they do not cost the
 * others their power (Tarone, Biometrics 46, 1990). Which ones they are follows from their least p alone: the
 * family is the tests with leastP ≤ α/K for the smallest K that at most K of them meet. The chance of any false
 * alarm stays at `alpha`, whatever the dependence.
 */
export function testFamily(members: readonly FamilyMember[], alpha: number): TestFamily {
  const able = ableMembers(members, alpha);
  const adjusted = holm(able.map((i) => members[i]!.p));
  const adjustedOf = new Map(able.map((member, i) => [member, adjusted[i]!]));
  return {
    size: able.length,
    adjusted: members.map((_, i) => adjustedOf.get(i)),
    stepAlpha: alpha / Math.max(1, able.length),
  };
}

function ableMembers(members: readonly FamilyMember[], alpha: number): number[] {
  for (let k = 1; ; k++) {
    const able = members.flatMap(({ leastP = 0 }, i) => (leastP <= alpha / k ? [i] : []));
    if (able.length <= k) return able;
  }
}
