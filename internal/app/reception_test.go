package app_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/measures/equip/assets"
	"preau/internal/measures/equip/deliveries"
)

// cable leads to the site until it is cut; what was under way is lost then.
type cable struct {
	URL  string
	mu   sync.Mutex
	cut  bool
	open map[net.Conn]bool
}

func (h *house) cable(t *testing.T) *cable {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := &cable{URL: "http://" + listener.Addr().String(), open: map[net.Conn]bool{}}
	t.Cleanup(func() { _ = listener.Close(); c.set(true) })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go c.carry(conn, strings.TrimPrefix(h.URL, "http://"))
		}
	}()
	return c
}

func (c *cable) carry(conn net.Conn, to string) {
	defer conn.Close()
	c.mu.Lock()
	cut := c.cut
	c.open[conn] = true
	c.mu.Unlock()
	if cut {
		return
	}
	site, err := net.Dial("tcp", to)
	if err != nil {
		return
	}
	defer site.Close()
	go func() { _, _ = io.Copy(site, conn); _ = site.Close() }()
	_, _ = io.Copy(conn, site)
}

func (c *cable) set(cut bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cut = cut
	if cut {
		for conn := range c.open {
			_ = conn.Close()
		}
		c.open = map[net.Conn]bool{}
	}
}

// beside opens another window of the same person.
func (b *tab) beside() (*tab, context.CancelFunc) {
	b.t.Helper()
	ctx, cancel := chromedp.NewContext(b.ctx)
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(1280, 900)); err != nil {
		b.t.Fatal(err)
	}
	return &tab{b.t, ctx, b.base}, cancel
}

// offline tells the window that there is no network, as the device would.
func (b *tab) offline(yes bool) {
	b.t.Helper()
	if _, err := chromedp.Call(b.ctx, network.OverrideNetworkState, network.OverrideNetworkStateParams{Offline: yes, DownloadThroughput: -1, UploadThroughput: -1}); err != nil {
		b.t.Fatal(err)
	}
}

// until waits for something to become true on the page.
func (b *tab) until(what string) {
	b.t.Helper()
	var last error
	for range 400 {
		var yes bool
		if yes, last = chromedp.Run(b.ctx, chromedp.Evaluate[bool](what, chromedp.EvalAwaitPromise)); yes {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	b.t.Fatalf("never at %s: %s (%v): %.1500s", b.where(), what, last, b.text())
}

// kept waits until the page would be there without a network.
func (b *tab) kept() {
	b.t.Helper()
	b.until(`navigator.serviceWorker.ready.then(async () => navigator.serviceWorker.controller !== null &&
		(await (await caches.open("preau-reception")).keys()).some(r => r.url.includes(".css")) && !!(await caches.match(location.pathname, {ignoreVary: true})))`)
}

// reads types codes as a hand scanner does, each with Enter.
func (b *tab) reads(codes ...string) {
	b.t.Helper()
	b.do(chromedp.SendKeys(chromedp.CSS("#scan"), strings.Join(codes, "\r")+"\r"))
}

func counted(state string, n int) string {
	return fmt.Sprintf(`document.querySelector("[data-%s]").textContent === "%d"`, state, n)
}

func (h *house) rows(t *testing.T, query string, args ...any) int {
	t.Helper()
	var n int
	if err := h.DB.View(inside(), func(ctx context.Context, tx *db.Tx) (err error) {
		n, err = db.One(ctx, tx, db.Value[int], query, args...)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestAReceptionGoesOnWithoutANetworkAndLosesNothing(t *testing.T) {
	h := openHouse(t)
	codes := h.deliver(inside(), t, "offline", h.bigSchool(t), 40)
	line := h.cable(t)
	holder := visitor(t, line.URL, true)
	holder.as(h, authz.Head)
	holder.speak("fr")
	const address = "/deliveries/offline/receive"
	first, closeFirst := holder.beside()
	first.open(address)
	first.kept()

	line.set(true)
	first.offline(true)
	first.reads(codes[:15]...)
	first.until(counted("queued", 15))
	first.says("Pas de réseau", "0 reçu sur 40")
	closeFirst()

	again, _ := holder.beside()
	again.offline(true)
	again.open(address)
	again.until(counted("queued", 15))
	again.reads(codes[15:]...)
	again.reads(codes[3], "https://preau.example/m/"+strings.ToLower(codes[4])) // read already
	again.until(counted("queued", 40))
	if n := h.rows(t, "SELECT COUNT(*) FROM equip_scan"); n != 0 {
		t.Fatalf("%d scans came through a cut cable", n)
	}
	for _, found := range again.axe() {
		t.Errorf("%s", found)
	}

	line.set(false)
	again.offline(false)
	again.until(counted("sent", 40))
	again.until(counted("queued", 0))
	again.says("40 reçus sur 40", "Tout est envoyé")
	if n := h.rows(t, "SELECT COUNT(*) FROM journal_fact WHERE kind = ?", assets.FactDelivered); n != 40 {
		t.Errorf("%d facts for 40 items", n)
	}
	if n := h.rows(t, "SELECT COUNT(*) FROM equip_scan"); n != 40 {
		t.Errorf("%d scans", n)
	}
	if n := h.rows(t, "SELECT COUNT(*) FROM journal_fact WHERE kind = ?", deliveries.FactReceived); n != 1 {
		t.Errorf("received %d times", n)
	}
	again.open(address) // what was sent is not sent again
	again.until(counted("sent", 40))
	if n := h.rows(t, "SELECT COUNT(*) FROM equip_scan"); n != 40 {
		t.Errorf("%d scans after the page was opened again", n)
	}
}

func TestTwoPhonesMergeAndAContradictionIsShown(t *testing.T) {
	h := openHouse(t)
	codes := h.deliver(inside(), t, "two", h.bigSchool(t), 8)
	line := h.cable(t)
	const address = "/deliveries/two/receive"
	mine, yours := visitor(t, line.URL, true), visitor(t, h.URL, true)
	mine.as(h, authz.Head)
	yours.as(h, authz.LogisticsOfficer)
	for _, b := range []*tab{mine, yours} {
		b.speak("fr")
		b.open(address)
	}
	mine.kept()
	line.set(true)
	mine.offline(true)
	mine.reads(codes[:5]...)
	mine.until(counted("queued", 5))
	yours.do(chromedp.Evaluate[chromedp.Void](`document.querySelector("[name=scan_says]").value = "damaged"; null`))
	yours.reads(codes[0])
	yours.do(chromedp.Evaluate[chromedp.Void](`document.querySelector("[name=scan_says]").value = "received"; null`))
	yours.reads(codes[3:]...)
	yours.until(counted("sent", 6))

	line.set(false)
	mine.offline(false)
	mine.until(counted("refused", 1))
	mine.until(counted("sent", 4))
	mine.says("Quelqu'un a noté autre chose", "1 contradiction")
	if c := h.delivered(t, "two"); c.Tally != (deliveries.Tally{Items: 8, Received: 7, Damaged: 1, Conflicts: 1}) || c.State != deliveries.Partial {
		t.Errorf("%s %+v", c.State, c.Tally)
	}
	mine.open(address)
	mine.says("Deux constats différents pour 1 article")
	mine.click("button[name=says][value=damaged]")
	if c := h.delivered(t, "two"); c.Tally != (deliveries.Tally{Items: 8, Received: 7, Damaged: 1}) || c.State != deliveries.Received {
		t.Errorf("%s %+v", c.State, c.Tally)
	}
}

func (h *house) delivered(t *testing.T, id string) *deliveries.Content {
	t.Helper()
	c, err := h.Equip.Deliveries.Delivery(inside(), id)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestWhatIsScannedAfterTheSessionEndedWaitsForTheLogIn(t *testing.T) {
	h := openHouse(t)
	codes := h.deliver(inside(), t, "expired", h.bigSchool(t), 2)
	b := visitor(t, h.URL, true)
	b.as(h, authz.Head)
	b.speak("fr")
	b.open("/deliveries/expired/receive")
	b.kept()
	if _, err := chromedp.Call(b.ctx, network.ClearBrowserCookies, struct{}{}); err != nil {
		t.Fatal(err)
	}
	b.reads(codes...)
	b.until(`!document.querySelector("[data-login]").hidden`)
	b.says("Votre session a expiré")
	b.as(h, authz.Head)
	b.open("/deliveries/expired/receive")
	b.until(counted("sent", 2)) // nothing is queued at first either, before the page has looked
	if n := h.rows(t, "SELECT COUNT(*) FROM journal_fact WHERE kind = ?", assets.FactDelivered); n != 2 {
		t.Errorf("%d facts", n)
	}
}

func TestADeliveryIsSignedWithAFingerOnTheScreen(t *testing.T) {
	h := openHouse(t)
	codes := h.deliver(inside(), t, "signed", h.bigSchool(t), 2)
	b := visitor(t, h.URL, true)
	b.as(h, authz.Head)
	b.speak("fr")
	b.open("/deliveries/signed/receive")
	b.reads(codes...)
	b.until(counted("sent", 2))
	b.open("/deliveries/signed/sign")
	b.fill("input[name=name]", "Aïcha Lefèvre")
	b.fill("#function", "directrice")
	b.do(chromedp.Evaluate[chromedp.Void](`(() => { const c = document.querySelector("canvas"); c.scrollIntoView({block: "center"}); const r = c.getBoundingClientRect();
		const at = (type, x, y) => c.dispatchEvent(new PointerEvent(type, {pointerId: 1, bubbles: true, clientX: r.left + x, clientY: r.top + y}));
		c.setPointerCapture = () => {}; c.hasPointerCapture = () => true;
		at("pointerdown", 30, 60); for (let x = 30; x < 400; x += 5) at("pointermove", x, 60 + 30 * Math.sin(x / 20)); return null; })()`))
	b.click("#screen button.govuk-button:not([data-clear])")
	c := h.delivered(t, "signed")
	if c.State != deliveries.Signed || c.SignedBy != "directrice" || len(c.SHA256) != 64 {
		t.Errorf("%+v: %.600s", c.Delivery, b.text())
	}
	b.says("Preuve de livraison", c.SHA256)
}

func TestThePagesOfDeliveriesAreForEverybodyAndLight(t *testing.T) {
	h := openHouse(t)
	school := h.bigSchool(t)
	codes := h.deliver(inside(), t, "pages", school, 12)
	for i, says := range []deliveries.Says{deliveries.SaysReceived, deliveries.SaysDamaged} {
		if _, _, err := h.Equip.Deliveries.Scan(inside(), "pages", []deliveries.Scan{{ID: fmt.Sprint("a", i), Code: codes[0], Says: says}, {ID: fmt.Sprint("b", i), Code: "inconnu-" + fmt.Sprint(i)}}); err != nil {
			t.Fatal(err)
		}
	}
	for role, paths := range map[authz.Role][]string{
		authz.Head:             {"/deliveries", "/deliveries/pages", "/deliveries/pages/receive", "/deliveries/pages/sign"},
		authz.LogisticsOfficer: {"/rounds", "/rounds/round-pages", "/rounds/round-pages/packing", "/deliveries?state=signed"},
	} {
		b := visitor(t, h.URL, true)
		b.as(h, role)
		for _, lang := range []string{"fr", "en"} {
			b.speak(lang)
			for _, path := range paths {
				b.open(path)
				for _, found := range b.axe() {
					t.Errorf("%s in %s: %s", path, lang, found)
				}
				if strings.Contains(b.text(), "⟦") {
					t.Errorf("%s in %s: a message is missing", path, lang)
				}
			}
		}
		if _, later := b.weigh(paths[0]), b.weigh(paths[2]); later > 25<<10 {
			t.Errorf("%s: %d bytes", paths[2], later)
		}
		b.phone()
		for _, path := range paths {
			b.open(path)
			if wide, err := chromedp.Run(b.ctx, chromedp.Evaluate[int]("document.documentElement.scrollWidth - document.documentElement.clientWidth")); err != nil || wide > 0 {
				t.Errorf("%s is %d pixels wider than a phone, %v", path, wide, err)
			}
		}
	}
}
