/** The two things that a comparison holds side by side. */
export const SIDES = ['base', 'candidate'] as const;
export type Side = (typeof SIDES)[number];
