package app_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// chromium is one browser for all tests of the package; each test has a profile of its own in it.
var chromium struct {
	once   sync.Once
	ctx    context.Context
	cancel context.CancelFunc
	err    error
}

func startChromium() {
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		chromium.err = fmt.Errorf("Chromium is needed (Debian: apt-get install chromium)")
		return
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-dev-shm-usage", true))
	allocator, cancelAllocator := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, cancel := chromedp.NewContext(allocator)
	chromium.ctx = ctx
	chromium.cancel = func() { cancel(); cancelAllocator() }
	chromium.err = chromedp.Do(ctx, chromedp.Navigate("about:blank"))
}

// tab is a window of the browser with its own cookies.
type tab struct {
	t    *testing.T
	ctx  context.Context
	base string
}

// patience bounds what a window does in one test.
const patience = 2 * time.Minute

// visitor opens a window on the site. Without scripts, the pages must do all the same.
func visitor(t *testing.T, base string, scripts bool) *tab {
	t.Helper()
	chromium.once.Do(startChromium)
	if chromium.err != nil {
		t.Fatal(chromium.err)
	}
	ctx, cancel := chromedp.NewContext(chromium.ctx, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(1280, 900)); err != nil {
		t.Fatal(err)
	}
	if !scripts {
		if _, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancelTime := context.WithTimeout(ctx, patience)
	t.Cleanup(cancelTime)
	return &tab{t, ctx, base}
}

func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, steps...); err != nil {
		body, _ := chromedp.Run(b.ctx, chromedp.Text(chromedp.CSS("body")))
		b.t.Fatalf("%v at %s: %.600s", err, b.where(), body)
	}
}

// where returns the address of the page.
func (b *tab) where() string {
	where, _ := chromedp.Run(b.ctx, chromedp.Location())
	return strings.TrimPrefix(where, b.base)
}

// open goes to a page and waits until it is there.
func (b *tab) open(path string) {
	b.t.Helper()
	b.do(chromedp.Navigate(b.base+path), chromedp.WaitReady(chromedp.CSS("main")))
}

// phone makes the window as small as a phone's.
func (b *tab) phone() { b.do(chromedp.EmulateViewport(360, 740)) }

// fill writes into an input in place of what it holds.
func (b *tab) fill(selector, text string) {
	b.t.Helper()
	b.do(chromedp.Clear(chromedp.CSS(selector)), chromedp.SendKeys(chromedp.CSS(selector), text))
}

// click presses a link or a button and waits for the page that it leads to.
func (b *tab) click(selector string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 20*time.Second)
	defer cancel()
	response, err := chromedp.RunResponse(ctx, chromedp.Click(chromedp.CSS(selector)))
	if err != nil {
		b.t.Fatalf("click %s at %s: %v", selector, b.where(), err)
	}
	if response != nil && response.Status >= 500 {
		b.t.Fatalf("click %s: status %d at %s", selector, response.Status, response.URL)
	}
}

// text returns what the page says.
func (b *tab) text() string {
	b.t.Helper()
	text, err := chromedp.Run(b.ctx, chromedp.Text(chromedp.CSS("main")))
	if err != nil {
		b.t.Fatalf("%v at %s", err, b.where())
	}
	return text
}

// says fails the test when the page does not say one of the words.
func (b *tab) says(words ...string) {
	b.t.Helper()
	text := b.text()
	for _, w := range words {
		if !strings.Contains(text, w) {
			b.t.Errorf("%s does not say %q: %.1200s", b.where(), w, text)
		}
	}
}

// axe returns what axe-core finds wrong with the page, a line each.
func (b *tab) axe() []string {
	b.t.Helper()
	if _, err := chromedp.Run(b.ctx, chromedp.Evaluate[int](axeSource(b.t)+`;0`)); err != nil {
		b.t.Fatal(err)
	}
	result, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](`axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}).then(r =>
		JSON.stringify(r.violations.flatMap(v => v.nodes.map(n => v.id + ": " + v.help + " — " + n.html.slice(0, 160)))))`, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatal(err)
	}
	var found []string
	if err := json.Unmarshal([]byte(result), &found); err != nil {
		b.t.Fatal(err)
	}
	return found
}

var axeText struct {
	once sync.Once
	text string
	err  error
}

func axeSource(t *testing.T) string {
	t.Helper()
	axeText.once.Do(func() {
		text, err := os.ReadFile(filepath.Join("..", "..", "assets", "node_modules", "axe-core", "axe.min.js"))
		axeText.text, axeText.err = string(text), err
	})
	if axeText.err != nil {
		t.Fatal(axeText.err)
	}
	return axeText.text
}

// value returns what an input holds.
func (b *tab) value(selector string) string {
	b.t.Helper()
	value, err := chromedp.Run(b.ctx, chromedp.Value(chromedp.CSS(selector)))
	if err != nil {
		b.t.Fatalf("%s at %s: %v", selector, b.where(), err)
	}
	return value
}

// has tells whether the page has an element.
func (b *tab) has(selector string) bool {
	b.t.Helper()
	html, err := chromedp.Run(b.ctx, chromedp.OuterHTML(chromedp.CSS("main")))
	if err != nil {
		b.t.Fatal(err)
	}
	return strings.Contains(html, strings.TrimPrefix(selector, "."))
}

// weigh opens a page and returns how many bytes came over the wire for it and everything that it needs.
func (b *tab) weigh(path string) int64 {
	b.t.Helper()
	var mu sync.Mutex
	var total float64
	ctx, cancel := context.WithCancel(b.ctx)
	defer cancel()
	if _, err := chromedp.Call(ctx, network.Enable, network.EnableParams{}); err != nil {
		b.t.Fatal(err)
	}
	if err := chromedp.Listen(ctx, func(event any) {
		if finished, ok := event.(*network.EventLoadingFinished); ok {
			mu.Lock()
			total += finished.EncodedDataLength
			mu.Unlock()
		}
	}); err != nil {
		b.t.Fatal(err)
	}
	b.open(path)
	time.Sleep(400 * time.Millisecond) // what the style asks for comes after the page
	mu.Lock()
	defer mu.Unlock()
	return int64(total)
}
