package accounts

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"preau/internal/base/authz"
	"preau/internal/base/errs"
)

func TestAnAddressIsKeptInOneForm(t *testing.T) {
	for text, want := range map[string]string{
		" Zoe.Martin@AC-Amiens.fr ": "zoe.martin@ac-amiens.fr", "zoé@école.fr": "zoé@école.fr", "a+b@c.example": "a+b@c.example",
		"": "", "zoe": "", "zoe@localhost": "", "Zoé <zoe@a.fr>": "", "zoe@a.fr\nBcc: x@y.fr": "", "a@b.fr, c@d.fr": "", "zoe@[192.0.2.1]": "",
		strings.Repeat("a", 250) + "@b.fr": "",
	} {
		if got, ok := normalEmail(text); ok != (want != "") || (ok && got != want) {
			t.Errorf("%q: %q %v", text, got, ok)
		}
	}
}

func TestANameIsOneLineOfPrintableText(t *testing.T) {
	for text, want := range map[string]string{
		"  Zoé   Martin ": "Zoé Martin", "Zoe\u0301": "Zoé", "": "", "   ": "", "a\u202eb": "", strings.Repeat("é", 121): "", "Line\nbreak": "Line break",
	} {
		if got, ok := normalName(text); ok != (want != "") || (ok && got != want) {
			t.Errorf("%q: %q %v", text, got, ok)
		}
	}
}

func TestAPasswordMustBeLongAndNotGuessable(t *testing.T) {
	for password, key := range map[string]string{
		"":                          "accounts.password.missing",
		"court":                     "accounts.password.short",
		"aaaaaaaaaaaaaa":            "accounts.password.guessable",
		"123456789012345":           "accounts.password.guessable",
		"motdepasse2026":            "accounts.password.guessable",
		"Mot de Passe 2026!":        "accounts.password.guessable",
		"ZoeMartin2026":             "accounts.password.guessable",
		"zoe.martin.1987":           "accounts.password.guessable",
		strings.Repeat("é", 200):    "accounts.password.long",
		"invalide \xff\xfe\xfd abc": "accounts.password.long",
		"tilleul citerne agrafe":    "",
		"Zoé aime les tilleuls":     "",
		"!?%§µ£$*&~#{[|`^@]}":       "",
		"пароль длинный хороший": "",
	} {
		wrong := checkPassword("password", password, "zoe.martin@ac-amiens.fr", "Zoé Martin")
		if got := ""; wrong != nil {
			got = wrong.Key
			if got != key {
				t.Errorf("%q: %s, want %q", password, got, key)
			}
		} else if key != "" {
			t.Errorf("%q is taken", password)
		}
	}
}

func TestAHashIsThatOfItsPasswordAlone(t *testing.T) {
	ctx := context.Background()
	h := newHasher(params{memory: 64, time: 2, threads: 1}, 2)
	encoded, err := h.hash(ctx, "café au lait du matin")
	if err != nil || !strings.HasPrefix(encoded, "$argon2id$v=19$m=64,t=2,p=1$") {
		t.Fatal(encoded, err)
	}
	for _, c := range []struct {
		encoded, password string
		same, stale       bool
	}{
		{encoded, "café au lait du matin", true, false},
		{encoded, "cafe\u0301 au lait du matin", true, false}, // another keyboard's é
		{encoded, "cafe au lait du matin", false, false},
		{encoded, "", false, false},
		{"", "café au lait du matin", false, false},
		{h.dummy, "", false, false},
	} {
		if same, stale, err := h.verify(ctx, c.encoded, c.password); same != c.same || stale != c.stale || err != nil {
			t.Errorf("%q: %v %v %v", c.password, same, stale, err)
		}
	}
	if same, stale, err := newHasher(params{memory: 32, time: 1, threads: 1}, 2).verify(ctx, encoded, "café au lait du matin"); !same || !stale || err != nil {
		t.Errorf("other costs: %v %v %v", same, stale, err)
	}
	for _, bad := range []string{"x", "$argon2id$v=19$m=4000000000,t=2,p=1$AAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA", "$argon2i$v=19$m=64,t=2,p=1$AAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
		"$argon2id$v=19$m=64,t=0,p=1$AAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA", "$argon2id$v=19$m=64,t=2,p=1$$"} {
		if _, _, err := h.verify(ctx, bad, "x"); err == nil {
			t.Errorf("taken: %s", bad)
		}
	}
}

func TestAFloodOfHashesWaitsAndTheRestIsToldToComeBack(t *testing.T) {
	h := newHasher(params{memory: 8, time: 1, threads: 1}, 1)
	h.slots <- struct{}{} // somebody is hashing
	ctx, cancel := context.WithCancel(context.Background())
	refused := make(chan error, maxHashWaiters+10)
	for range maxHashWaiters + 10 {
		go func() {
			_, err := h.hash(ctx, "x")
			refused <- err
		}()
	}
	for range 10 {
		if err := <-refused; !errs.Is(err, errs.Unavailable) {
			t.Errorf("error %v", err)
		}
	}
	cancel()
	for range maxHashWaiters {
		if err := <-refused; err != context.Canceled {
			t.Errorf("error %v", err)
		}
	}
}

func TestTheCostsOfAHashAreThoseOfTheGuideline(t *testing.T) {
	if defaultParams.memory < 19*1024 || defaultParams.time < 2 {
		t.Errorf("weaker than OWASP's minimum: %+v", defaultParams)
	}
}

func TestARoleIsHandedOutFromAboveAlone(t *testing.T) {
	for _, c := range []struct {
		by, role authz.Role
		may      bool
	}{
		{authz.NationalPilot, authz.Admin, true}, {authz.Admin, authz.NationalPilot, true}, {authz.Admin, authz.Public, false},
		{authz.TerritoryLead, authz.Head, true}, {authz.TerritoryLead, authz.TerritoryLead, false}, {authz.TerritoryLead, authz.Admin, false},
		{authz.TerritoryLead, authz.Evaluator, false}, {authz.TerritoryLead, authz.DPO, false}, {authz.TerritoryLead, authz.NationalPilot, false},
		{authz.Head, authz.Teacher, true}, {authz.Head, authz.Head, false}, {authz.Head, authz.TerritoryLead, false},
		{authz.Teacher, authz.Pupil, false}, {authz.DPO, authz.DPO, false}, {authz.Public, authz.Teacher, false},
	} {
		if slices.Contains(Grantable(c.by), c.role) != c.may {
			t.Errorf("%s hands out %s: want %v", c.by, c.role, c.may)
		}
	}
	for _, role := range authz.Roles {
		if (Levels(role) == nil) != (role == authz.Public) {
			t.Errorf("the levels of %s: %v", role, Levels(role))
		}
	}
}

func TestARoleSuitsItsScope(t *testing.T) {
	school, class := authz.School("02", "0020002S"), authz.Class("02", "0020002S", "c1")
	for _, c := range []struct {
		role  authz.Role
		scope authz.Scope
		field string // "" when it suits
	}{
		{authz.Admin, authz.Nation(), ""}, {authz.Admin, authz.Territory("02"), "territory"},
		{authz.TerritoryLead, authz.Territory("02"), ""}, {authz.TerritoryLead, authz.Nation(), "territory"}, {authz.TerritoryLead, school, "school"},
		{authz.Evaluator, authz.Nation(), ""}, {authz.Evaluator, authz.Territory("02"), ""}, {authz.Evaluator, school, "school"},
		{authz.Head, school, ""}, {authz.Head, authz.Territory("02"), "school"}, {authz.Head, authz.Nation(), "territory"}, {authz.Head, class, "class"},
		{authz.Teacher, school, ""}, {authz.Teacher, class, ""}, {authz.Teacher, authz.Scope{School: "0020002S"}, "territory"},
		{authz.Teacher, authz.Scope{Territory: "02", Class: "c1"}, "school"}, {authz.Trainer, authz.Scope{School: "x"}, "territory"},
	} {
		suits := fits(c.role, c.scope)
		if suits != (c.field == "") {
			t.Errorf("%s on %+v: %v", c.role, c.scope, suits)
		}
		if !suits {
			if f := misfit(c.role, c.scope); f.Name != c.field {
				t.Errorf("%s on %+v: beside %s, want %s", c.role, c.scope, f.Name, c.field)
			}
		}
	}
}

func TestADeviceIsNamedRoughly(t *testing.T) {
	for agent, want := range map[string]Device{
		firefox: {"Firefox", "Windows"},
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0":        {"Edge", "Windows"},
		"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36":                            {"Chrome", "Linux"},
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile Safari/604.1": {"Safari", "iOS"},
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15":            {"Safari", "macOS"},
		"Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36": {"Samsung Internet", "Android"},
		"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36":                   {"Chrome", "ChromeOS"},
		"curl/8.0": {}, "": {},
	} {
		if got := deviceOf(agent); got != want {
			t.Errorf("%s: %v", agent, got)
		}
		if got := parseDevice(want.String()); got != want {
			t.Errorf("%v is read back as %v", want, got)
		}
	}
}

func TestFailuresMakeWaitTwiceAsLongEachTime(t *testing.T) {
	th := newThrottle(3, time.Second, 8*time.Second, time.Hour)
	key := keyOf("password", "zoe")
	now := int64(1_000_000)
	var waits []int64
	for range 8 {
		if _, wait := th.attempt(now, key); wait != 0 {
			t.Fatalf("made to wait %d ms at the time told", wait)
		}
		_, wait := th.attempt(now, key)
		if wait == 0 { // it was counted: take it back
			th.forgive(key, 1)
		}
		waits = append(waits, wait)
		now += wait
	}
	if want := []int64{0, 0, 1000, 2000, 4000, 8000, 8000, 8000}; !slices.Equal(waits, want) {
		t.Errorf("waits %v, want %v", waits, want)
	}
	if _, wait := th.attempt(now, keyOf("password", "ali")); wait != 0 {
		t.Error("somebody else waits")
	}
	if failed, wait := th.attempt(now+time.Hour.Milliseconds()*4, key); wait != 0 || failed != 1 {
		t.Errorf("after hours of quiet: %d failures, wait %d", failed, wait)
	}
}

func TestABusySchoolIsForgivenLittleByLittle(t *testing.T) {
	th := newThrottle(60, time.Second, time.Minute, time.Hour)
	key := addressKey("192.0.2.1")
	for minute := range 24 * 60 {
		if _, wait := th.attempt(int64(minute)*60_000, key); wait > 0 {
			t.Fatalf("one mistake a minute waits after %d minutes", minute)
		}
	}
}

func TestAHundredAttemptsAtOnceAreCountedBeforeTheyFail(t *testing.T) {
	th := newThrottle(5, time.Minute, time.Hour, time.Hour)
	let := 0
	for range 100 {
		if _, wait := th.attempt(0, keyOf("password", "zoe")); wait == 0 {
			let++
		}
	}
	if let != 5 {
		t.Errorf("%d attempts were let through", let)
	}
}

func TestAFloodOfNamesDoesNotPushOutTheOneThatIsGuessedAt(t *testing.T) {
	th := newThrottle(3, time.Minute, time.Hour, time.Hour)
	th.size = 100
	key := keyOf("password", "zoe")
	for range 3 {
		th.attempt(0, key)
	}
	for i := range 1000 {
		th.attempt(1, keyOf("password", fmt.Sprint(i)))
	}
	if _, wait := th.attempt(2, key); wait == 0 {
		t.Error("the guessed account was forgotten")
	}
	if len(th.keys) > 100 {
		t.Errorf("%d keys are kept", len(th.keys))
	}
}

func TestTheAddressesOfOneHomeAreOne(t *testing.T) {
	if addressKey("2001:db8:1:2::1") != addressKey("2001:db8:1:2:ffff::9") || addressKey("2001:db8:1:2::1") == addressKey("2001:db8:1:3::1") {
		t.Error("IPv6 is not counted by home")
	}
	if addressKey("192.0.2.1") == addressKey("192.0.2.2") || addressKey("::ffff:192.0.2.1") != addressKey("192.0.2.1") {
		t.Error("IPv4 is not counted by address")
	}
	if addressKey("nonsense") == addressKey("other") {
		t.Error("what is no address is one key")
	}
}

func TestTheWaitIsSaidInSecondsThenMinutes(t *testing.T) {
	for wait, want := range map[int64]string{1: "accounts.throttled.seconds n=1", 119_000: "accounts.throttled.seconds n=119", 120_001: "accounts.throttled.minutes n=3", 900_000: "accounts.throttled.minutes n=15"} {
		if got := tooMany(wait).Error(); got != want {
			t.Errorf("%d ms: %s", wait, got)
		}
	}
}

func TestASecretIsRecognisedByItsShape(t *testing.T) {
	secret, hash := newSecret("preau_")
	if !plausible(secret, "preau_") || plausible(secret, "") || plausible(secret+"=", "preau_") || plausible("", "") || plausible(secret[:len(secret)-1]+"é", "preau_") {
		t.Error("shapes are mistaken")
	}
	if len(hash) != 64 || strings.Contains(hash, secret) || hash != hashOf(secret) {
		t.Error("the hash is not one")
	}
}

func TestATokenIsLimitedToItsRolesPermissions(t *testing.T) {
	policy := authz.Policy{"a.read": {authz.Head}, "a.write": {authz.Head}, "b.read": {authz.Teacher}, "c.read": {authz.Public}}
	got := TokenPermissions(policy, authz.Head)
	if want := []authz.Permission{"a.read", "a.write", "c.read"}; !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
	if want := []authz.Permission{"a.read", "c.read"}; !slices.Equal(reading(got), want) {
		t.Errorf("%v", reading(got))
	}
}
