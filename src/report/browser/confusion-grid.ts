import { element } from './dom.ts';
import type { Predictions } from './predictions.ts';

export type ConfusionCell = { readonly truth: number; readonly predicted: number };

/** The confusion matrix as buttons: each lists its items. */
export function confusionGrid(
  predictions: Predictions,
  pressed: ConfusionCell | undefined,
  onPress: (cell: ConfusionCell | undefined) => void,
): HTMLTableElement {
  const { classes } = predictions;
  const counts = countsOf(predictions);
  const head = element('tr', {}, [
    element('th', { scope: 'col', textContent: 'true ↓ taken for →' }),
    ...classes.map((name) => element('th', { scope: 'col' }, [element('bdi', { textContent: name })])),
  ]);
  const rows = classes.map((name, truth) =>
    element('tr', {}, [
      element('th', { scope: 'row' }, [element('bdi', { textContent: name })]),
      ...classes.map((taken, predicted) => {
        const isPressed = pressed?.truth === truth && pressed.predicted === predicted;
        const button = element('button', {
          type: 'button',
          textContent: String(counts[truth]![predicted]!),
          ariaPressed: String(isPressed),
          ariaLabel: `${counts[truth]![predicted]} items: ${name} taken for ${taken}`,
        });
        button.addEventListener('click', () => onPress(isPressed ? undefined : { truth, predicted }));
        return element('td', { className: truth === predicted ? 'right' : 'wrong' }, [button]);
      }),
    ]),
  );
  return element('table', { className: 'confusion' }, [
    element('caption', {
      textContent: `Confusion matrix, ${predictions.name}; press a cell to list its items`,
    }),
    element('thead', {}, [head]),
    element('tbody', {}, rows),
  ]);
}

function countsOf(predictions: Predictions): number[][] {
  const counts = predictions.classes.map(() => predictions.classes.map(() => 0));
  for (const item of predictions.items) {
    const row = counts[predictions.truthOf(item) ?? -1];
    const predicted = predictions.predictedOf(item) ?? -1;
    if (row?.[predicted] !== undefined) row[predicted] += 1;
  }
  return counts;
}
