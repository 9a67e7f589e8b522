type Variables = Readonly<Record<string, string | undefined>>;

/** Variable that a CI service sets → its name, and the variables that hold the branch, best first. */
const SERVICES = [
  ['GITHUB_ACTIONS', 'GitHub Actions', ['GITHUB_HEAD_REF', 'GITHUB_REF_NAME']],
  ['GITLAB_CI', 'GitLab CI', ['CI_MERGE_REQUEST_SOURCE_BRANCH_NAME', 'CI_COMMIT_BRANCH']],
  ['CIRCLECI', 'CircleCI', ['CIRCLE_BRANCH']],
  ['BUILDKITE', 'Buildkite', ['BUILDKITE_BRANCH']],
  ['TF_BUILD', 'Azure Pipelines', ['SYSTEM_PULLREQUEST_SOURCEBRANCH', 'BUILD_SOURCEBRANCHNAME']],
  ['BITBUCKET_BUILD_NUMBER', 'Bitbucket Pipelines', ['BITBUCKET_BRANCH']],
  ['JENKINS_URL', 'Jenkins', ['CHANGE_BRANCH', 'BRANCH_NAME']],
  ['TEAMCITY_VERSION', 'TeamCity', []],
  ['DRONE', 'Drone', ['DRONE_SOURCE_BRANCH', 'DRONE_BRANCH']],
  ['WOODPECKER', 'Woodpecker', ['CI_COMMIT_SOURCE_BRANCH', 'CI_COMMIT_BRANCH']],
  ['TRAVIS', 'Travis CI', ['TRAVIS_PULL_REQUEST_BRANCH', 'TRAVIS_BRANCH']],
  ['CI', 'unknown', []],
] as const;

/** The CI service behind these variables, with the branch it works on; `undefined` on anything else. */
export function ciService(
  variables: Variables,
): { readonly name: string; readonly branch?: string } | undefined {
  const isSet = (name: string): boolean => !['', 'false', '0', undefined].includes(variables[name]);
  const service = SERVICES.find(([marker]) => isSet(marker));
  if (service === undefined) return undefined;
  const branch = service[2]
    .map((name) => variables[name])
    .find((value) => value !== undefined && value !== '');
  return { name: service[1], ...(branch === undefined ? {} : { branch }) };
}
