package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestARatioIsTheShareOfTheLimitThatWasReached(t *testing.T) {
	if r := rate("pages", 300, "pages/s", 400); *r.Ratio != 0.75 {
		t.Error(*r.Ratio)
	}
	if r := cost("time", 2, "s", 0.5); *r.Ratio != 0.25 {
		t.Error(*r.Ratio)
	}
}

func TestAGoalThatIsMissedIsShownAsMissed(t *testing.T) {
	for _, c := range []struct {
		row  Row
		want string
	}{
		{alone("memory", 81, "MB").aimed(valueAtMost, 80), "MISSED"},
		{alone("memory", 80, "MB").aimed(valueAtMost, 80), "met"},
		{rate("pages", 49, "pages/s", 100).aimed(ratioAtLeast, 0.5), "MISSED"},
		{rate("pages", 50, "pages/s", 100).aimed(ratioAtLeast, 0.5), "met"},
		{alone("memory", 80, "MB"), ""},
	} {
		if got := c.row.verdict(); got != c.want {
			t.Errorf("%+v: %q", c.row, got)
		}
		var b strings.Builder
		printTable(&b, []Row{c.row})
		if !strings.Contains(b.String(), c.want) {
			t.Error(b.String())
		}
	}
}

func TestTheFileHasTheSixMembersOfEachRow(t *testing.T) {
	file := filepath.Join(t.TempDir(), "var", "bench.json")
	if err := writeJSON(file, []Row{alone("memory", 81, "MB").aimed(valueAtMost, 80)}); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var rows []map[string]any
	if err := json.Unmarshal(text, &rows); err != nil {
		t.Fatal(err)
	}
	if r := rows[0]; len(r) != 6 || r["limit"] != nil || r["goal"] != 80.0 || r["unit"] != "MB, value ≤ goal" {
		t.Error(r)
	}
}
