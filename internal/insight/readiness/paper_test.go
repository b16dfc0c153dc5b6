package readiness

import (
	"bytes"
	"context"
	"os"
	"strings"
	"testing"

	"preau/internal/base/doc/doctest"
	"preau/internal/base/errs"
	"preau/internal/base/i18n"
)

// in returns the context in a language, with the room's messages.
func in(t testing.TB, ctx context.Context, lang i18n.Lang) context.Context {
	t.Helper()
	catalog, err := i18n.Load(os.DirFS("."))
	if err != nil {
		t.Fatal(err)
	}
	return i18n.With(ctx, catalog.In(lang))
}

func TestThePaperFormNamesTheClassesAndNoPupil(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		var b bytes.Buffer
		if err := h.service.CensusForm(in(t, head(big), i18n.French), big, "https://preau.example", &b); err != nil {
			t.Fatal(err)
		}
		text, err := doctest.Text(b.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"Recensement : École Cœur-de-Ville", big, "Classe 01", "Classe 12", "24", "oui", "non", "appli"} {
			if !strings.Contains(text, want) {
				t.Errorf("the form lacks %q", want)
			}
		}
		if n := doctest.Pages(b.Bytes()); n != 1 {
			t.Errorf("%d pages for 12 classes, want 1", n)
		}
		if err := h.service.CensusForm(in(t, head(village), i18n.French), big, "", &b); !errs.Is(err, errs.NotFound) {
			t.Errorf("another head prints it: %v", err)
		}
		b.Reset()
		if err := h.service.CensusForms(in(t, lead(), i18n.English), "02", "", "https://preau.example", &b); err != nil {
			t.Fatal(err)
		}
		if text, _ = doctest.Text(b.Bytes()); !strings.Contains(text, "Census: École du Village") || strings.Contains(text, "Sans Classe") {
			t.Error("the forms of a territory are not those of its schools with classes")
		}
		b.Reset()
		if err := h.service.CensusForms(in(t, head(village), i18n.French), "02", "", "", &b); err != nil {
			t.Fatal(err)
		}
		if text, _ = doctest.Text(b.Bytes()); !strings.Contains(text, "École du Village") || strings.Contains(text, "Cœur") {
			t.Error("a head's forms are not those of their school alone")
		}
		b.Reset()
		h.answer(t, head(village), village, Submitted{"v1", 0, Raw{"20", "20"}}, Submitted{"v2", 0, Raw{"22", "20"}})
		if err := h.service.CensusForms(in(t, lead(), i18n.English), "02", ProgressWaiting, "", &b); err != nil {
			t.Fatal(err)
		}
		if text, _ = doctest.Text(b.Bytes()); !strings.Contains(text, "Cœur") || strings.Contains(text, "Village") {
			t.Error("the forms of those to remind are not those that lack an answer")
		}
		if err := h.service.CensusForms(public(), "02", "", "", &b); !errs.Is(err, errs.Unauthenticated) {
			t.Errorf("the public prints forms: %v", err)
		}
	})
}

func TestAFormIsToldFromThatOfOtherClasses(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		before, err := h.service.Census(head(village), village)
		if err != nil {
			t.Fatal(err)
		}
		h.class(t, "02", village, "v3", "Moyens", 12)
		after, err := h.service.Census(head(village), village)
		if err != nil || before.Fingerprint() == after.Fingerprint() {
			t.Errorf("%s, %s, %v", before.Fingerprint(), after.Fingerprint(), err)
		}
	})
}
