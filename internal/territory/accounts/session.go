package accounts

import (
	"strings"
	"time"
)

// Session is a browser in which an account is logged in. Times are ms since 1970, UTC.
type Session struct {
	ID        string
	Device    Device
	Method    Method
	CreatedAt int64
	SeenAt    int64 // late by ten minutes at the most
	Current   bool  // the one that asks
}

// Method is how a session was opened.
type Method string

// The methods.
const (
	ByPassword   Method = "password"
	ByLink       Method = "link"
	ByInvitation Method = "invitation"
	ByDemo       Method = "demo"
)

const (
	sessionCookie = "preau_session"
	// A session ends after this long without use, and after this long in any case.
	sessionIdle = 12 * time.Hour
	sessionMost = 14 * 24 * time.Hour
)

// sessionEnd returns the instant at which a session ends unless it is used again.
func sessionEnd(createdAt, seenAt int64) int64 {
	return min(createdAt+sessionMost.Milliseconds(), seenAt+sessionIdle.Milliseconds())
}

// Device is a browser and its system, each "" when unknown: enough for a person to recognise their own.
type Device struct{ Browser, System string }

// deviceOf reads a User-Agent. The order matters: browsers name those that they wish to be taken for.
func deviceOf(userAgent string) Device {
	return Device{Browser: firstNamed(userAgent, [][2]string{
		{"Edg", "Edge"}, {"OPR/", "Opera"}, {"SamsungBrowser/", "Samsung Internet"}, {"Firefox/", "Firefox"}, {"FxiOS/", "Firefox"},
		{"CriOS/", "Chrome"}, {"Chrome/", "Chrome"}, {"Chromium/", "Chrome"}, {"Safari/", "Safari"},
	}), System: firstNamed(userAgent, [][2]string{
		{"Android", "Android"}, {"iPhone", "iOS"}, {"iPad", "iPadOS"}, {"Windows", "Windows"}, {"Mac OS X", "macOS"}, {"CrOS", "ChromeOS"}, {"Linux", "Linux"},
	})}
}

func firstNamed(text string, names [][2]string) string {
	for _, n := range names {
		if strings.Contains(text, n[0]) {
			return n[1]
		}
	}
	return ""
}

// String and parseDevice are the form in the database.
func (d Device) String() string { return d.Browser + "/" + d.System }

func parseDevice(text string) Device {
	browser, system, _ := strings.Cut(text, "/")
	return Device{browser, system}
}
