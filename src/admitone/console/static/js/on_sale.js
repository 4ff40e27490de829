// The plots of an on-sale stay current without a reload.

import { refreshFigures } from "./desk_refresh.js";

refreshFigures();
