package accounts

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/base/journal"
)

var visit = Visit{Address: "192.0.2.1", UserAgent: firefox}

func TestALogInNeedsTheRightPasswordOfAnOpenAccount(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.account(t, "zoe", head02)
		id := h.account(t, "ali", head02)
		if err := h.Disable(h.system(), id); err != nil {
			t.Fatal(err)
		}
		if _, err := h.Create(h.system(), NewAccount{Email: "lou@ecole.example", Name: "Lou", Grants: []authz.Grant{head02}}); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			email, password string
			kind            errs.Kind
			key             string
		}{
			{"zoe@ecole.example", goodPassword, 0, ""},
			{" ZOE@Ecole.Example ", goodPassword, 0, ""},
			{"zoe@ecole.example", " " + goodPassword, errs.Invalid, "accounts.login.wrong"},
			{"zoe@ecole.example", "", errs.Invalid, "accounts.login.password_missing"},
			{"", "x", errs.Invalid, "accounts.email.missing"},
			{"zoe", "x", errs.Invalid, "accounts.email.wrong"},
			{"nobody@ecole.example", goodPassword, errs.Invalid, "accounts.login.wrong"},
			{"lou@ecole.example", "", errs.Invalid, "accounts.login.password_missing"},
			{"lou@ecole.example", "x", errs.Invalid, "accounts.login.wrong"}, // logs in by link alone
			{"ali@ecole.example", "faux", errs.Invalid, "accounts.login.wrong"},
			{"ali@ecole.example", goodPassword, errs.Forbidden, "accounts.login.disabled"},
		} {
			opened, err := h.LogIn(h.ctx, c.email, c.password, visit)
			wants(t, err, c.kind, c.key)
			if (err == nil) != (opened.Secret != "") {
				t.Errorf("%s: secret %q with error %v", c.email, opened.Secret, err)
			}
		}
	})
}

func TestAnUnknownAddressTakesAsLongAsAKnownOne(t *testing.T) {
	h := sqliteHouse(t)
	h.account(t, "zoe", head02)
	if p, _, key, err := decodeHash(h.hasher.dummy); err != nil || p != h.hasher.params || len(key) != keyLength {
		t.Fatalf("the dummy is no hash of the same costs: %v", err)
	}
	for range cap(h.hasher.slots) {
		h.hasher.slots <- struct{}{} // nobody gets to hash
	}
	for _, email := range []string{"zoe@ecole.example", "nobody@ecole.example"} {
		ctx, cancel := context.WithTimeout(h.ctx, 50*time.Millisecond)
		if _, err := h.LogIn(ctx, email, goodPassword, visit); err != context.DeadlineExceeded {
			t.Errorf("%s did not wait for its turn to hash: %v", email, err)
		}
		cancel()
	}
}

func TestAHashOfOtherCostsIsRenewedAtLogIn(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.account(t, "zoe", head02)
		h.Service.hasher = newHasher(params{memory: 16, time: 1, threads: 1}, 2)
		h.session(t, "zoe")
		if a, err := h.byEmail(h.ctx, "zoe@ecole.example"); err != nil || !strings.Contains(a.password, "m=16,t=1") {
			t.Errorf("the hash is %q, %v", a.password, err)
		}
		h.session(t, "zoe")
	})
}

func TestLogInsThatFailWaitWhetherThereIsAnAccountOrNot(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		id := h.account(t, "zoe", head02)
		said := map[string][]string{}
		for _, email := range []string{"zoe@ecole.example", "nobody@ecole.example"} {
			for range 7 {
				_, err := h.LogIn(h.ctx, email, "faux mot de passe", Visit{Address: "192.0.2.1"})
				said[email] = append(said[email], err.Error())
			}
		}
		if !slices.Equal(said["zoe@ecole.example"], said["nobody@ecole.example"]) || !strings.Contains(said["zoe@ecole.example"][5], "accounts.throttled.seconds n=15") {
			t.Errorf("said %v", said)
		}
		_, err := h.LogIn(h.ctx, "zoe@ecole.example", goodPassword, visit)
		wants(t, err, errs.TooMany, "accounts.throttled.seconds n=15")
		h.pass(16 * time.Second)
		h.session(t, "zoe")
		for range 4 { // a success starts anew
			_, err := h.LogIn(h.ctx, "zoe@ecole.example", "faux mot de passe", visit)
			wants(t, err, errs.Invalid, "accounts.login.wrong")
		}
		h.session(t, "zoe")

		for h.kinds(t, id)[len(h.kinds(t, id))-1] != factLoginThrottled {
			if _, err := h.LogIn(h.ctx, "zoe@ecole.example", "faux", visit); !errs.Is(err, errs.Invalid) {
				t.Fatal(err)
			}
			h.pass(15 * time.Minute / 2)
			h.pass(15 * time.Minute / 2)
			h.byAccount.leak = time.Hour.Milliseconds() * 24
			if err := h.WriteActivity(h.system()); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestAnAddressThatTriesManyAccountsWaits(t *testing.T) {
	h := sqliteHouse(t)
	h.account(t, "zoe", head02)
	h.byAddress = newThrottle(3, time.Minute, time.Hour, time.Hour)
	for _, email := range []string{"a@ecole.example", "b@ecole.example", "c@ecole.example"} {
		_, err := h.LogIn(h.ctx, email, "faux", visit)
		wants(t, err, errs.Invalid, "accounts.login.wrong")
	}
	_, err := h.LogIn(h.ctx, "zoe@ecole.example", goodPassword, visit)
	wants(t, err, errs.TooMany, "accounts.throttled.seconds n=60")
	if _, err = h.LogIn(h.ctx, "zoe@ecole.example", goodPassword, Visit{Address: "192.0.2.2"}); err != nil {
		t.Errorf("another address waits: %v", err)
	}
}

func TestALinkLogsInOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.account(t, "zoe", head02)
		if err := h.RequestLink(h.ctx, "Zoe@ecole.example", "/census", visit); err != nil {
			t.Fatal(err)
		}
		secret := h.letter(t, "/login/link/")
		if kept := h.spool.Messages(); kept[0].To != "zoe@ecole.example" || !strings.Contains(kept[0].Text, "?next=%2Fcensus") {
			t.Errorf("the letter: %+v", kept[0])
		}
		for range 3 { // a scanner follows the link
			if state, name, email, err := h.Link(h.ctx, secret); state != LinkOpen || name != "zoe" || email != "zoe@ecole.example" || err != nil {
				t.Fatal(state, name, email, err)
			}
		}
		opened, err := h.OpenLink(h.ctx, secret, visit)
		if err != nil || authz.From(h.with(t, opened.Secret)).Role != authz.Head {
			t.Fatal(err)
		}
		_, err = h.OpenLink(h.ctx, secret, visit)
		wants(t, err, errs.Conflict, "accounts.link.used")
		if state, name, _, _ := h.Link(h.ctx, secret); state != LinkUsed || name != "" {
			t.Errorf("a used link tells %s %q", state, name)
		}
	})
}

func TestALinkThatIsOldForgedOrAnotherTokensOpensNothing(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		id := h.account(t, "zoe", head02)
		ask := func() string {
			if err := h.RequestLink(h.ctx, "zoe@ecole.example", "", visit); err != nil {
				t.Fatal(err)
			}
			return h.letter(t, "/login/link/")
		}
		first, second := ask(), ask()
		if _, err := h.OpenLink(h.ctx, second, visit); err != nil {
			t.Fatal(err)
		}
		_, err := h.OpenLink(h.ctx, first, visit) // one log-in closes the other links
		wants(t, err, errs.Conflict, "accounts.link.used")

		old := ask()
		h.pass(linkLife)
		_, err = h.OpenLink(h.ctx, old, visit)
		wants(t, err, errs.Conflict, "accounts.link.expired")

		forged, _ := newSecret("")
		_, session := h.session(t, "zoe")
		for _, bad := range []string{forged, "", "x", hashOf(old), session} {
			_, err = h.OpenLink(h.ctx, bad, visit)
			wants(t, err, errs.NotFound, "accounts.link.unknown")
		}

		late := ask()
		if err := h.Disable(h.system(), id); err != nil {
			t.Fatal(err)
		}
		_, err = h.OpenLink(h.ctx, late, visit)
		wants(t, err, errs.NotFound, "accounts.link.unknown")
	})
}

func TestAskingForALinkSaysTheSameWhetherThereIsAnAccountOrNot(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.account(t, "zoe", head02)
		count := func() (n int) {
			if err := h.d.View(h.ctx, func(ctx context.Context, tx *db.Tx) error {
				var err error
				n, err = db.One(ctx, tx, db.Value[int], "SELECT COUNT(*) FROM accounts_link")
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return n
		}
		for _, email := range []string{"zoe@ecole.example", "nobody@ecole.example"} {
			before := count()
			for range 3 {
				wants(t, h.RequestLink(h.ctx, email, "", visit), 0, "")
			}
			if count() != before+3 {
				t.Errorf("%s: another amount of work is done", email)
			}
			wants(t, h.RequestLink(h.ctx, email, "", visit), errs.TooMany, "accounts.throttled.seconds n=60")
		}
		if n := len(h.spool.Messages()); n != 3 {
			t.Errorf("%d letters", n)
		}
		wants(t, h.RequestLink(h.ctx, "zoe", "", visit), errs.Invalid, "accounts.email.wrong")
		h.letters = nil
		wants(t, h.RequestLink(h.ctx, "zoe@ecole.example", "", visit), errs.Unavailable, "accounts.link.no_mail")
	})
}

func TestALogInGivesANewSecretAndEndsTheSessionThatWasThere(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.account(t, "zoe", head02)
		h.account(t, "mallory", head95)
		planted, plantedSecret := h.session(t, "mallory")
		opened, err := h.LogIn(planted, "zoe@ecole.example", goodPassword, visit)
		if err != nil || opened.Secret == plantedSecret {
			t.Fatal("the planted secret became the victim's", err)
		}
		if !authz.From(h.with(t, plantedSecret)).Anonymous() {
			t.Error("the planted session lives on")
		}
		if authz.From(h.with(t, opened.Secret)).Name != "zoe" {
			t.Error("the new session is not the victim's")
		}
	})
}

func TestARevokedSessionIsRefusedAtOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		id := h.account(t, "zoe", head02)
		ctx, secret := h.session(t, "zoe")
		_, other := h.session(t, "zoe")
		_, third := h.session(t, "zoe")
		alive := func(secret string) bool { return !authz.From(h.with(t, secret)).Anonymous() }
		o, err := h.Me(ctx)
		if err != nil || len(o.Sessions) != 3 || !alive(other) {
			t.Fatal(o.Sessions, err)
		}
		otherID := authz.From(h.with(t, other)).Session
		if err := h.RevokeSession(ctx, otherID); err != nil {
			t.Fatal(err)
		}
		if alive(other) || !alive(secret) || !alive(third) {
			t.Error("not the one session was ended")
		}
		wants(t, h.RevokeSession(ctx, otherID), 0, "") // a second click
		if n, err := h.RevokeOtherSessions(ctx); n != 1 || err != nil || alive(third) || !alive(secret) {
			t.Error("the others live on", n, err)
		}

		h.account(t, "ali", head02)
		stranger, _ := h.session(t, "ali")
		if err := h.RevokeSession(stranger, authz.From(ctx).Session); err != nil || !alive(secret) {
			t.Error("somebody else's session was ended", err)
		}
		if err := h.LogOut(ctx); err != nil || alive(secret) {
			t.Error("logged out and yet in", err)
		}
		wants(t, h.LogOut(h.ctx), 0, "")

		_, last := h.session(t, "zoe")
		if err := h.Disable(h.system(), id); err != nil || alive(last) {
			t.Error("a disabled account is in", err)
		}
		if err := h.Enable(h.system(), id); err != nil || alive(last) {
			t.Error("enabling opens an ended session", err)
		}
		h.session(t, "zoe")
	})
}

func TestASessionEndsWithoutUseAndInAnyCase(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.account(t, "zoe", head02)
		_, idle := h.session(t, "zoe")
		_, used := h.session(t, "zoe")
		alive := func(secret string) bool { return !authz.From(h.with(t, secret)).Anonymous() }
		h.pass(11 * time.Hour)
		if !alive(used) {
			t.Fatal("eleven hours are too long")
		}
		h.pass(2 * time.Hour)
		if alive(idle) || !alive(used) {
			t.Fatal("twelve hours without use do not end a session, or use does not prolong it")
		}
		if err := h.WriteActivity(h.system()); err != nil {
			t.Fatal(err)
		}
		for range 13*24/11 + 1 {
			h.pass(11 * time.Hour)
			if err := h.WriteActivity(h.system()); err != nil {
				t.Fatal(err)
			}
			if !alive(used) {
				t.Fatal("a used session ended early")
			}
		}
		h.pass(11 * time.Hour)
		h.pass(11 * time.Hour)
		if alive(used) {
			t.Fatal("a session lives for more than two weeks")
		}
	})
}

func TestUseIsWrittenLateAndDoesNotChangeTheData(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.account(t, "zoe", head02)
		ctx, secret := h.session(t, "zoe")
		generation := h.d.Generation()
		for range 100 {
			h.pass(time.Minute)
			h.with(t, secret)
		}
		if h.d.Generation() != generation {
			t.Fatal("being there changed the data")
		}
		stored := func() (at int64) {
			if err := h.d.View(h.ctx, func(ctx2 context.Context, tx *db.Tx) error {
				s, err := selectOwnSession(ctx2, tx, authz.From(ctx).Account, authz.From(ctx).Session)
				at = s.SeenAt
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return at
		}
		if at := stored(); h.d.Now()-at != 100*60_000 {
			t.Errorf("stored %d ms ago", h.d.Now()-at)
		}
		if o, _ := h.Me(h.with(t, secret)); o.Sessions[0].SeenAt != h.d.Now() || o.Sessions[0].Device != (Device{"Firefox", "Windows"}) || !o.Sessions[0].Current {
			t.Errorf("shown %+v", o.Sessions[0])
		}
		if err := h.WriteActivity(h.system()); err != nil || stored() != h.d.Now() {
			t.Errorf("not written: %v", err)
		}
		generation = h.d.Generation()
		if err := h.WriteActivity(h.system()); err != nil || h.d.Generation() != generation {
			t.Error("nothing to write, and yet written", err)
		}
	})
}

func TestTheDatabaseHoldsNoSecret(t *testing.T) {
	h := sqliteHouse(t)
	h.account(t, "zoe", lead02)
	ctx, session := h.session(t, "zoe")
	if err := h.RequestLink(h.ctx, "zoe@ecole.example", "", visit); err != nil {
		t.Fatal(err)
	}
	link := h.letter(t, "/login/link/")
	if _, err := h.Invite(ctx, "ali@ecole.example", authz.Head, head02.Scope); err != nil {
		t.Fatal(err)
	}
	invitation := h.letter(t, "/invitations/")
	_, token, err := h.CreateToken(ctx, NewToken{Name: "x", ReadOnly: true, Days: 30})
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range []string{"accounts_account", "accounts_session", "accounts_link", "accounts_token", "accounts_invitation", "journal_fact"} {
		if err := h.d.View(h.ctx, func(ctx context.Context, tx *db.Tx) error {
			rows, err := tx.Query(ctx, "SELECT * FROM "+table)
			if err != nil {
				return err
			}
			defer rows.Close()
			columns, _ := rows.Columns()
			for rows.Next() {
				values := make([]any, len(columns))
				for i := range values {
					values[i] = new(any)
				}
				if err := rows.Scan(values...); err != nil {
					return err
				}
				for i, v := range values {
					text, _ := (*v.(*any)).(string)
					for _, secret := range []string{session, link, invitation, token, goodPassword} {
						if strings.Contains(text, secret) {
							t.Errorf("%s.%s holds a secret", table, columns[i])
						}
					}
					if table == "journal_fact" && strings.Contains(text, "ecole.example") {
						t.Errorf("a fact holds an address: %s", text)
					}
				}
			}
			return rows.Err()
		}); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAuthenticateReadsTheCookieEverywhereAndTheTokenOnTheAPI(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.account(t, "zoe", head02)
		ctx, session := h.session(t, "zoe")
		_, token, err := h.CreateToken(ctx, NewToken{Name: "x", Scopes: []authz.Permission{ReadAccounts}, Days: 30})
		if err != nil {
			t.Fatal(err)
		}
		forged, _ := newSecret(tokenPrefix)
		for _, c := range []struct {
			path, cookie, header string
			account              bool
			limited              bool
			kind                 errs.Kind
		}{
			{"/accounts", session, "", true, false, 0},
			{"/accounts", "", "", false, false, 0},
			{"/accounts", "x", "", false, false, 0},
			{"/static/app.css", session, "", false, false, 0},
			{"/accounts", "", "Bearer " + token, false, false, 0}, // pages are not for programs
			{"/metrics", "", "Bearer metrics", false, false, 0},
			{"/api/v1/me", "", "Bearer " + token, true, true, 0},
			{"/api/v1/me", "", "bearer  " + token, true, true, 0},
			{"/api/v1/me", session, "", true, false, 0},
			{"/api/v1/me", session, "Bearer " + forged, false, false, errs.Unauthenticated},
			{"/api/v1/me", "", "Bearer ", false, false, errs.Unauthenticated},
			{"/api/v1/me", "", "Bearer " + session, false, false, errs.Unauthenticated},
			{"/api/v1/me", token, "", false, false, 0},
			{"/api/v1/me", "", "Basic eDp5", false, false, 0},
		} {
			r := httptest.NewRequest("GET", c.path, nil)
			if c.cookie != "" {
				r.AddCookie(&http.Cookie{Name: sessionCookie, Value: c.cookie})
			}
			if c.header != "" {
				r.Header.Set("Authorization", c.header)
			}
			p, err := h.Authenticate(r)
			if (p != nil) != c.account || (p != nil && (p.Limit != nil) != c.limited) || errs.Is(err, c.kind) != (c.kind != 0) || (c.kind == 0 && err != nil) {
				t.Errorf("%s cookie %v %s: %+v, %v", c.path, c.cookie != "", c.header, p, err)
			}
		}
	})
}

func TestTheMemoryOfCredentialsIsBoundedAndForgetsWhatChanged(t *testing.T) {
	c := newCredentials()
	key := func(i int) (k [32]byte) { k[0], k[1], k[2] = byte(i), byte(i>>8), byte(i>>16); return k }
	for i := range maxCredentials + 100 {
		c.put(1, key(i), &credential{})
	}
	if len(c.known) > maxCredentials {
		t.Errorf("%d are kept", len(c.known))
	}
	last := key(maxCredentials + 99)
	if c.get(1, last) == nil || c.get(2, last) != nil {
		t.Error("the generation is not heeded")
	}
	c.put(3, key(1), &credential{})
	c.put(2, key(2), &credential{}) // read before the change
	if c.get(3, last) != nil || c.get(3, key(1)) == nil || c.get(3, key(2)) != nil {
		t.Error("what is old is kept beside what is new")
	}
}

func BenchmarkAuthenticate(b *testing.B) {
	h := sqliteHouse(b)
	h.account(b, "zoe", head02)
	_, secret := h.session(b, "zoe")
	r := httptest.NewRequest("GET", "/accounts", nil)
	r.AddCookie(&http.Cookie{Name: sessionCookie, Value: secret})
	b.ReportAllocs()
	for b.Loop() {
		if p, err := h.Authenticate(r); p == nil || err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkLookUpAfterAChange(b *testing.B) {
	h := sqliteHouse(b)
	h.account(b, "zoe", head02)
	_, secret := h.session(b, "zoe")
	for b.Loop() {
		h.credentials = newCredentials()
		if _, err := h.recognise(context.Background(), secret, "", h.loadSession); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPassword(b *testing.B) {
	h := newHasher(defaultParams, 1)
	for b.Loop() {
		if _, _, err := h.verify(context.Background(), "", goodPassword); err != nil {
			b.Fatal(err)
		}
	}
}

func TestWhatIsForgottenIsWhatIsOfNoMoreUse(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.account(t, "zoe", lead02)
		ctx, _ := h.session(t, "zoe")
		if err := h.RequestLink(h.ctx, "zoe@ecole.example", "", visit); err != nil {
			t.Fatal(err)
		}
		if _, _, err := h.CreateToken(ctx, NewToken{Name: "x", ReadOnly: true, Days: 30}); err != nil {
			t.Fatal(err)
		}
		if _, err := h.Invite(ctx, "ali@ecole.example", authz.Head, head02.Scope); err != nil {
			t.Fatal(err)
		}
		rows := func() (list []int) {
			if err := h.d.View(h.system(), func(ctx context.Context, tx *db.Tx) error {
				for _, table := range []string{"session", "link", "token", "invitation"} {
					n, err := db.One(ctx, tx, db.Value[int], "SELECT COUNT(*) FROM accounts_"+table)
					if err != nil {
						return err
					}
					list = append(list, n)
				}
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			return list
		}
		generation := h.d.Generation()
		for _, step := range []struct {
			after time.Duration
			want  []int
		}{
			{0, []int{1, 1, 1, 1}}, {12 * time.Hour, []int{1, 1, 1, 1}}, {time.Hour, []int{0, 1, 1, 1}}, {12 * time.Hour, []int{0, 0, 1, 1}},
			{30 * 24 * time.Hour, []int{0, 0, 1, 1}}, {15 * 24 * time.Hour, []int{0, 0, 1, 0}}, {16 * 24 * time.Hour, []int{0, 0, 0, 0}},
		} {
			h.pass(step.after)
			if err := h.Forget(h.system()); err != nil {
				t.Fatal(err)
			}
			if got := rows(); !slices.Equal(got, step.want) {
				t.Errorf("after %s more: %v, want %v", step.after, got, step.want)
			}
			if step.after == 0 && h.d.Generation() != generation {
				t.Error("forgetting nothing changed the data")
			}
		}
		list, err := h.journal.List(h.system(), journal.Filter{Limit: 100})
		if err != nil || len(list) == 0 {
			t.Error("facts were forgotten", err)
		}
	})
}
