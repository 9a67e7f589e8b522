import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseClaim } from '../../../src/compare/claims-grammar.ts';
import { METRICS, type MetricId } from '../../../src/core/metrics.ts';

describe('a claim', () => {
  it.each([
    [
      'accuracy@2560 >= 0.89',
      {
        left: { metric: 'accuracy', of: 'accuracy', selector: { dimensions: 2560 } },
        operator: '>=',
        factor: 0.89,
      },
    ],
    [
      'ari[domain]>0.4',
      { left: { metric: 'ari', of: 'ari', column: 'domain', selector: {} }, operator: '>', factor: 0.4 },
    ],
    [
      'retention[macroF1]@512 >= 97%',
      {
        left: { metric: 'retention', of: 'macroF1', selector: { dimensions: 512 } },
        operator: '>=',
        factor: 0.97,
      },
    ],
    [
      'serviceP95Ms{batchSize=8,concurrency=4} <= 5e1',
      {
        left: { metric: 'serviceP95Ms', of: 'serviceP95Ms', selector: { batchSize: 8, concurrency: 4 } },
        operator: '<=',
        factor: 50,
      },
    ],
    [
      'accuracy[instruction=very long name,dtype=int8]@512 >= 0.98 * accuracy[instruction=none]@2560',
      {
        left: {
          metric: 'accuracy',
          of: 'accuracy',
          selector: { instruction: 'very long name', dtype: 'int8', dimensions: 512 },
        },
        operator: '>=',
        factor: 0.98,
        right: { metric: 'accuracy', of: 'accuracy', selector: { instruction: 'none', dimensions: 2560 } },
      },
    ],
    [
      'vectorBytes@512 < vectorBytes@2560 * 20%',
      {
        left: { metric: 'vectorBytes', of: 'vectorBytes', selector: { dimensions: 512 } },
        operator: '<',
        factor: 0.2,
        right: { metric: 'vectorBytes', of: 'vectorBytes', selector: { dimensions: 2560 } },
      },
    ],
    [
      'nmi >= ami',
      {
        left: { metric: 'nmi', of: 'nmi', selector: {} },
        operator: '>=',
        factor: 1,
        right: { metric: 'ami', of: 'ami', selector: {} },
      },
    ],
  ])('reads %s', (text, claim) => {
    expect(parseClaim(text)).toEqual({ text, ...claim });
  });

  it.each([
    ['acuracy >= 1', /there is no metric "acuracy" \(claim position 1\)/, 'did you mean accuracy?'],
    ['accuracy = 1', /expected one of >=, <=, >, <, but "= 1" stands at position 10/, undefined],
    ['accuracy >=', /expected a metric, but the claim ends at position 12/, undefined],
    ['accuracy >= 1 and more', /"and more" is left over at position 15/, undefined],
    ['accuracy[dimension=5] >= 1', /dimension is not an axis/, 'Did you mean dimensions?'],
    ['accuracy[a,b] >= 1', /two names stand in one bracket/, undefined],
    ['accuracy{domain} >= 1', /expected axis=value in braces/, undefined],
    ['accuracy@wide >= 1', /expected a number of dimensions, but "wide >= 1" stands/, undefined],
    ['retention[serviceP50Ms] >= 1', /retention is of a quality metric, not of "serviceP50Ms"/, undefined],
    ['', /expected a metric, but the claim ends at position 1/, undefined],
  ])('refuses %j, and says where', (text, message, hint) => {
    expect(() => parseClaim(text)).toThrow(
      expect.objectContaining({
        failureClass: 'usage',
        where: 'claims',
        message: expect.stringMatching(message) as string,
        ...(hint === undefined ? {} : { hint }),
      }),
    );
  });

  it('is read the same with blanks anywhere between its parts', () => {
    const metric = fc.constantFrom(...(Object.keys(METRICS) as MetricId[]));
    const blank = fc.constantFrom('', ' ', '  ');
    fc.assert(
      fc.property(
        metric,
        fc.integer({ min: 1, max: 9999 }),
        fc.constantFrom('>=', '<=', '>', '<'),
        fc.integer({ min: 0, max: 100 }),
        fc.array(blank, { minLength: 5, maxLength: 5 }),
        (id, width, operator, bound, [a, b, c, d, e]) => {
          const claim = parseClaim(`${a}${id}${b}@${width}${c}${operator}${d}${bound}%${e}`);
          expect(claim).toMatchObject({
            left: { metric: id, selector: { dimensions: width } },
            operator,
            factor: bound / 100,
          });
        },
      ),
    );
  });

  it('never ends in anything but a claim or a refusal', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          expect(parseClaim(text).text).toBe(text);
        } catch (error) {
          expect(error).toMatchObject({ failureClass: 'usage' });
        }
      }),
    );
  });
});
