package site

import (
	"strings"
	"testing"

	"preau/internal/base/i18n"
)

func TestThePageOfTheSourceCodeSaysWhereItIsOrWhomToAsk(t *testing.T) {
	ctx := languages(t)[i18n.French]
	for address, want := range map[string]string{"": "demandez-le", "https://code.example/preau": `href="https://code.example/preau"`} {
		var page strings.Builder
		if err := sourcePage(address).Render(ctx, &page); err != nil || !strings.Contains(page.String(), want) || strings.Contains(page.String(), "⟦") {
			t.Errorf("%q: %s, %v", address, page.String(), err)
		}
	}
}
