import { plainTypography } from '../../../core/figure-text.ts';
import { visibleText } from '../../../core/visible-text.ts';

/**
 * `failure`: looked at and found wrong. `error`: could not be looked at, which is never a pass. `skipped`: nothing
 * to decide, and nobody is to be stopped by it.
 */
export type JunitOutcome = 'pass' | 'failure' | 'error' | 'skipped';

export interface JunitCase {
  /** Dots make groups: `dimsweep.claims`. */
  readonly classname: string;
  readonly name: string;
  readonly outcome: JunitOutcome;
  /** Why it is not a pass, or what a pass rests on. */
  readonly reason: string;
}

export interface JunitSuite {
  readonly name: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly properties: Readonly<Record<string, string | undefined>>;
  readonly cases: readonly JunitCase[];
}

/** JUnit XML as Jenkins, GitLab and GitHub actions read it, valid by the xUnit plugin's schema. */
export function junitXml(suites: readonly JunitSuite[]): string {
  const all = suites.flatMap(({ cases }) => cases);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="dimsweep"${counts(all)}>`,
    ...suites.flatMap(suiteLines),
    '</testsuites>',
    '',
  ].join('\n');
}

function suiteLines({ name, startedAt, properties, cases }: JunitSuite): string[] {
  const skipped = cases.filter(({ outcome }) => outcome === 'skipped').length;
  const named = Object.entries(properties).flatMap(([key, value]) =>
    value === undefined ? [] : [`      <property${attribute('name', key)}${attribute('value', value)}/>`],
  );
  const attributes = `${counts(cases)} skipped="${skipped}"${attribute('timestamp', startedAt.slice(0, 19))}`;
  return [
    `  <testsuite${attribute('name', name)}${attributes}>`,
    '    <properties>',
    ...named,
    '    </properties>',
    ...cases.flatMap(caseLines),
    '  </testsuite>',
  ];
}

function counts(cases: readonly JunitCase[]): string {
  const count = (wanted: JunitOutcome) => cases.filter(({ outcome }) => outcome === wanted).length;
  return ` tests="${cases.length}" failures="${count('failure')}" errors="${count('error')}"`;
}

function caseLines({ classname, name, outcome, reason }: JunitCase): string[] {
  const open = `    <testcase${attribute('classname', classname)}${attribute('name', name)}>`;
  if (outcome === 'pass') {
    return reason === ''
      ? [`${open}</testcase>`]
      : [open, `      <system-out>${xmlText(reason)}</system-out>`, '    </testcase>'];
  }
  const message = attribute('message', reason);
  return outcome === 'skipped'
    ? [open, `      <skipped${message}/>`, '    </testcase>']
    : [
        open,
        `      <${outcome}${message} type="dimsweep">${xmlText(`${name}: ${reason}`)}</${outcome}>`,
        '    </testcase>',
      ];
}

function attribute(name: string, value: string): string {
  return ` ${name}="${xmlText(value)}"`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};
/** Text on one visible line for content and quoted attributes alike; a CI log that shows the file finds no orders in it. */
function xmlText(text: string): string {
  return plainTypography(visibleText(text))
    .replace(/\s+/g, ' ')
    .replace(/[&<>"']/g, (character) => ENTITIES[character]!)
    .replaceAll('##[', '#&#35;[');
}
