import { formatDuration, formatNumber } from '../../core/figure-text.ts';
import type { RunRecord } from '../../core/record/run-record.ts';
import { badge } from '../page/badge.ts';
import type { Header } from '../page/header.ts';
import type { RunView } from './run-view.ts';

const STATUS = {
  complete: badge('good', 'complete'),
  interrupted: badge('open', 'interrupted'),
  failed: badge('bad', 'failed'),
} as const;

export function headerOf({ record }: RunView): Header {
  const { server, dataset } = record;
  const software = [server.software, server.version].filter((part) => part !== undefined).join(' ');
  const served =
    server.servedModel !== undefined && server.servedModel !== server.model
      ? ` (served as ${server.servedModel})`
      : '';
  const classes = Object.keys(dataset.labels).length;
  const seconds = (Date.parse(record.finishedAt) - Date.parse(record.startedAt)) / 1000;
  return {
    kind: 'run report',
    title: record.name,
    status: STATUS[record.status],
    particulars: [
      { term: 'Model', value: `${server.model}${served}` },
      { term: 'Server', value: software === '' ? server.kind : `${software}, ${server.kind}` },
      {
        term: 'Data',
        value: `${dataset.name}: ${formatNumber(dataset.rows)} texts${classes > 0 ? ` in ${classes} classes` : ''}`,
      },
      {
        term: 'Measured',
        value: `${record.quality.length} quality cells, ${record.load.length} load cells, ${formatNumber(requestsOf(record.load))} timed requests`,
      },
      {
        term: 'When',
        value: `${record.startedAt.slice(0, 16).replace('T', ' ')} UTC, ${Number.isFinite(seconds) ? formatDuration(seconds) : ''}`,
      },
    ],
    doubtsTitle: 'Doubts about this run',
    doubts: runDoubts(record),
    source: 'the run’s record',
  };
}

/** Doubts about the run as a whole. */
export function runDoubts({ status, doubts }: RunRecord): string[] {
  return [...statusDoubts(status), ...doubts.map((doubt) => doubt.message)];
}

function requestsOf(rows: RunView['record']['load']): number {
  return rows.reduce((sum, row) => sum + row.requests.sent, 0);
}

function statusDoubts(status: RunRecord['status']): string[] {
  switch (status) {
    case 'complete':
      return [];
    case 'interrupted':
      return [
        'The run was stopped before its end: cells are missing, and the answer rests on those that are here.',
      ];
    case 'failed':
      return ['The run failed before its end: what is here was measured until then.'];
  }
}
