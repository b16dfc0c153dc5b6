import { Radios as Base } from "govuk-frontend/dist/govuk/components/radios/radios.mjs";

// Radios that reveal more questions, without aria-expanded: ARIA 1.2 does not allow it on a radio button.
export class Radios extends Base {
  syncConditionalRevealWithInputState(input) {
    super.syncConditionalRevealWithInputState(input);
    input.removeAttribute("aria-expanded");
  }
}
