/**
 * The page's script: hover and keyboard for figures, sorting, filtering by axis, the map and the error view.
 * Without it the page shows the same figures and tables.
 */
import { axisFilter } from './axis-filter.ts';
import { chartTips } from './chart-tips.ts';
import { currentSection } from './current-section.ts';
import { errorView } from './error-view.ts';
import { sortTables } from './sort-tables.ts';
import { vectorMaps } from './vector-maps.ts';

sortTables();
chartTips();
axisFilter();
vectorMaps();
errorView();
currentSection();
