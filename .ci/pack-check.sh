#!/usr/bin/env bash
# The package as users get it: packed, installed without development tools in a folder of its own, and run.
# Expects a build in dist/; needs the npm registry or a warm npm cache. The last lines give the sizes.
set -euo pipefail
cd "$(dirname "$0")/.."
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
fail() {
  echo "pack check: $*" >&2
  exit 1
}

tarball=$(npm pack --silent --ignore-scripts --pack-destination "$place" | tail -n 1)
mkdir "$place/user"
cd "$place/user"
npm init --yes >/dev/null
npm install --omit=dev --no-audit --no-fund --prefer-offline "$place/$tarball" >/dev/null

npx --no-install dimsweep --version | grep -Eq '^[0-9]+\.[0-9]+\.[0-9]+' || fail "--version does not print a version"
npx --no-install dimsweep init mine.yaml >/dev/null 2>&1
grep -q '^name: my-sweep$' mine.yaml || fail "init did not write the starter config"
for config in node_modules/dimsweep/configs/*.yaml; do
  OPENAI_API_KEY=unused npx --no-install dimsweep run "$(basename "$config" .yaml)" --dry-run >/dev/null ||
    fail "the bundled config $config cannot be planned"
done

# Real weights, every pass, the report with its map: what a newcomer runs, on fewer rows and shorter windows.
npx --no-install dimsweep run mine.yaml --json --no-cache \
  --set dataset.limit=60 --set 'axes.dimensions=[32, 2560]' --set quality.instructionSample=40 \
  --set 'axes.batchSize=[1]' --set 'axes.concurrency=[1]' --set 'load.dimensions=[2560]' \
  --set load.seconds=0.3 --set load.trials=1 --set load.warmupSeconds=0.1 >record.json || [ $? -eq 4 ]
node -e '
  const record = JSON.parse(require("node:fs").readFileSync("record.json", "utf8"));
  if (record.status !== "complete" || record.quality.length !== 4 || record.load.length !== 2) process.exit(1);
' || fail "the run is not complete"
grep -qi '</html>' results/*/report.html || fail "no report was written"
head -c 4 results/*/samples.parquet | grep -q PAR1 || fail "no samples were written"

unpacked=$(du -sm node_modules | cut -f 1)
echo "tarball $(du -k "$place/$tarball" | cut -f 1) kB, production install $unpacked MB"
[ "$unpacked" -lt 150 ] || fail "a production install takes $unpacked MB, more than 150"
