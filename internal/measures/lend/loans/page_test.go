package loans_test

import (
	"context"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"preau/internal/base/db"
	"preau/internal/base/dbtest"
	"preau/internal/base/doc/doctest"
	"preau/internal/base/web/webtest"
	"preau/internal/measures/equip/assets"
	"preau/internal/measures/lend/loans"
)

const (
	asHead    = "head 02 " + uai
	asTeacher = "teacher 02 " + uai + " a"
)

func (h *house) site() *webtest.Site {
	return webtest.New(h.t, h.d, policy, &loans.Module{Service: h.Service}, loans.Messages, assets.Messages)
}

func form(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	return v
}

func TestAClassIsHandedOverPairByPairWithoutScripts(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		s := h.site()
		page := "/lend/handover/classes/a"
		s.Want(s.Get(asTeacher, "/lend/handover"), 200, "CM1 a", page)
		s.Want(s.Get("head 02 "+other, page), 404)
		body := s.Want(s.Get(asTeacher, page), 200, "0 sur 30", h.slips[0], "Élève00 Zoé")
		if strings.Contains(body, h.slips[30]) {
			t.Error("a pupil of another class is shown")
		}
		// A hand scanner ends each code with Enter: half a pair comes back with its half kept.
		s.Want(s.Post(asTeacher, page, form("id", "1", "slip", h.slips[0])), 200, `value="`+h.slips[0]+`"`)
		s.Want(s.Post(asTeacher, page, form("id", "1", "slip", h.devices[0])), 200, `value="`+h.devices[0]+`"`)
		s.Want(s.Post(asTeacher, page, form("id", "1", "slip", h.slips[0], "device", h.devices[0])), http.StatusSeeOther)
		s.Want(s.Get(asTeacher, page), 200, "1 sur 30", h.devices[0])
		s.Want(s.Post(asTeacher, page, form("id", "2", "slip", h.slips[1], "device", h.devices[0])), 422, "déjà prêté à Zoé Élève00 (CM1 a)")
		if w := s.Get(asTeacher, "/lend/handover?slip="+h.slips[3]); w.Code != http.StatusSeeOther || !strings.HasPrefix(w.Header().Get("Location"), page) {
			t.Errorf("a slip does not open its class: %d %s", w.Code, w.Header().Get("Location"))
		}
		s.Want(s.Get(asTeacher, "/lend/handover?slip=C234"), 422, "pas le code d")
	})
}

func TestALoanIsSeenReturnedAndListed(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		s := h.site()
		got, err := h.Handover(teacher, h.pair(0))
		if err != nil {
			t.Fatal(err)
		}
		one := "/lend/loans/" + got.Loan.ID
		s.Want(s.Get(asHead, "/lend/loans"), 200, h.devices[0], "Élève00")
		s.Want(s.Get(asHead, "/lend/loans?q=eleve00&sort=code&down=1"), 200, h.devices[0])
		s.Want(s.Get(asHead, "/lend/loans?q=eleve11"), 200, "Aucun prêt")
		s.Want(s.Get(asHead, "/lend/loans?late=1"), 200, "Aucun prêt")
		s.Want(s.Get(asHead, "/lend/loans.csv"), 200, h.devices[0]+";Tablette X10;")
		if body := s.Want(s.Get("territory_lead 02", one), 200, "Nom non visible"); strings.Contains(body, "Zoé") {
			t.Error("the territory sees a name")
		}
		s.Want(s.Get("head 02 "+other, one), 404)
		s.Want(s.Get(asHead, one), 200, "Annuler la remise")
		s.Want(s.Get(asHead, "/lend/return?device="+h.devices[1]), 422, "jamais été prêté")
		s.Want(s.Get(asHead, "/lend/return?device="+h.devices[0]), 200, "Élève00", "Enregistrer le retour")
		s.Want(s.Post(asHead, "/lend/return", form("id", "r", "device", h.devices[0], "wrong", "screen", "wiped", "no")), http.StatusSeeOther)
		s.Want(s.Get(asHead, one), 200, "Rendu", "Écran abîmé", "Apparu pendant le prêt", "Pas encore")
		s.Want(s.Post(asHead, "/lend/return", form("id", "r2", "device", h.devices[0])), 422, "déjà été rendu")
	})
}

func TestAStatementIsMadeDecidedAndTheDeviceSwapped(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		s := h.site()
		got, err := h.Handover(teacher, h.pair(0))
		if err != nil {
			t.Fatal(err)
		}
		one := "/lend/loans/" + got.Loan.ID
		s.Want(s.Get(asTeacher, one+"/claim"), 200, "Que s")
		s.Want(s.Post(asTeacher, one+"/claim", form("id", "claim-1", "kind", "breakage", "happened_on", "2026-01-01")), 422, "entre la remise", "Dites ce qui")
		s.Want(s.Post(asTeacher, one+"/claim", form("id", "claim-1", "kind", "breakage", "happened_on", "2026-11-23", "statement", "Tombée dans l'escalier")), http.StatusSeeOther)
		s.Want(s.Get(asTeacher, "/lend/claims"), 404)
		s.Want(s.Get(asHead, "/lend/claims"), 200, "Casse ou panne", "À décider")
		s.Want(s.Get(asHead, "/lend/claims/claim-1"), 200, "Tombée dans", "appareils libres")
		s.Want(s.Post(asHead, "/lend/claims/claim-1/decide", form("fault", "")), 422, "Choisissez une réponse")
		s.Want(s.Post(asHead, "/lend/claims/claim-1/decide", form("fault", "none")), http.StatusSeeOther)
		s.Want(s.Post(asHead, "/lend/claims/claim-1/swap", form("device", h.devices[5])), http.StatusSeeOther)
		s.Want(s.Get(asHead, "/lend/claims/claim-1"), 200, "0\u00a0€", "Voir le prêt qui le remplace")
		s.Want(s.Get(asHead, one), 200, "Rendu")
	})
}

func TestThePapersSayWhatTheyAreAbout(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		s := h.site()
		h.update(func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, "UPDATE lend_agreement SET language = 'uk' WHERE code = ?", h.slips[0])
			return err
		})
		l := handed(t, h, 0)
		for path, parts := range map[string][]string{
			"/lend/loans/" + l.ID + "/receipt.pdf": {"Reçu de remise", h.devices[0], "Élève00", "Учень"},
			"/lend/loans/" + l.ID + "/claim.pdf":   {"Déclarer une casse", h.devices[0], "Que s'est-il passé"},
			"/lend/handover/classes/a/slips.pdf":   {"Ouvre la classe", h.slips[0], h.slips[29]},
		} {
			w := s.Get(asHead, path)
			text, err := doctest.Text(w.Body.Bytes())
			if err != nil || w.Code != 200 {
				t.Fatalf("%s: %d, %v", path, w.Code, err)
			}
			for _, part := range parts {
				if !strings.Contains(text, part) {
					t.Errorf("%s lacks %q: %s", path, part, text)
				}
			}
		}
	})
}

// TestWhatIsKilledInTheMiddleLeavesNoHalfLoan lets a process that hands over be killed.
func TestWhatIsKilledInTheMiddleLeavesNoHalfLoan(t *testing.T) {
	if address := os.Getenv("LOANS_KILLED"); address != "" {
		h := openHouse(t, dbtest.Open(t, address, rooms...))
		slips, devices := h.many(5000)
		_ = os.WriteFile(os.Getenv("LOANS_READY"), nil, 0o600)
		for i := range slips {
			if _, err := h.Handover(head, loans.Pair{Slip: slips[i], Device: devices[i]}); err != nil {
				t.Fatal(err)
			}
		}
		return
	}
	dir := t.TempDir()
	address, ready := "sqlite:"+filepath.Join(dir, "killed.db"), filepath.Join(dir, "ready")
	child := exec.Command(os.Args[0], "-test.run", "^TestWhatIsKilledInTheMiddleLeavesNoHalfLoan$")
	child.Env = append(os.Environ(), "LOANS_KILLED="+address, "LOANS_READY="+ready)
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	for range 600 {
		if _, err := os.Stat(ready); err == nil {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	time.Sleep(300 * time.Millisecond)
	_ = child.Process.Kill()
	_ = child.Wait()
	h := &house{t: t, d: dbtest.Open(t, address, rooms...)}
	n := h.count("SELECT COUNT(*) FROM lend_loan")
	held := h.count("SELECT COUNT(*) FROM equip_asset a JOIN lend_loan l ON l.territory = a.territory AND l.id = a.holder AND l.open = a.id")
	facts := h.count("SELECT COUNT(*) FROM journal_fact WHERE kind = 'lend.loan.handed_over'")
	named := h.count("SELECT COUNT(*) FROM lend_item i JOIN lend_loan l ON l.territory = i.territory AND l.agreement = i.agreement AND l.asset = i.asset")
	if n == 0 || n == 5000 || held != n || facts != n || named != n {
		t.Errorf("%d loans, %d devices held, %d facts, %d items", n, held, facts, named)
	}
}
