// Enhancements only: every page works without this file.
import { Button } from "govuk-frontend/dist/govuk/components/button/button.mjs";
import { Checkboxes } from "govuk-frontend/dist/govuk/components/checkboxes/checkboxes.mjs";
import { ErrorSummary } from "govuk-frontend/dist/govuk/components/error-summary/error-summary.mjs";
import { NotificationBanner } from "govuk-frontend/dist/govuk/components/notification-banner/notification-banner.mjs";
import { PasswordInput } from "govuk-frontend/dist/govuk/components/password-input/password-input.mjs";
import { ServiceNavigation } from "govuk-frontend/dist/govuk/components/service-navigation/service-navigation.mjs";
import { SkipLink } from "govuk-frontend/dist/govuk/components/skip-link/skip-link.mjs";
import { Radios } from "./radios.js";
import { startHandover } from "./handover.js";
import { startLive } from "./live.js";
import { startMap } from "./map.js";
import { startReception } from "./reception.js";
import { startSigning } from "./signature.js";
import { startStocktake } from "./stocktake.js";
import { startFilters, startPrint } from "./small.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");

function each(selector, start) {
  for (const element of document.querySelectorAll(selector)) {
    try {
      start(element);
    } catch (error) {
      // One broken enhancement must not take the others with it.
      console.error(error);
    }
  }
}

for (const Component of [Button, Checkboxes, ErrorSummary, NotificationBanner, PasswordInput, Radios, ServiceNavigation, SkipLink]) {
  each(`[data-module="${Component.moduleName}"]`, (element) => new Component(element));
}
each("[data-live]", startLive);
each("[data-print]", startPrint);
each("[data-autosubmit]", startFilters);
each("[data-map]", startMap);
each("[data-reception]", startReception);
each("[data-handover]", startHandover);
each("[data-signing]", startSigning);
each("[data-stocktake] form", startStocktake);
