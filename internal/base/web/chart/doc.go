// Package chart draws figures on the server: bars, parts, intervals, trends and a map of points.
//
// Each chart is a templ component, a struct with a Title and a Desc:
//
//	@chart.Bars{Title: …, Desc: …, Rows: []chart.Bar{{Label: "Kits", Value: 812, Text: "812"}}}
//	@chart.Stacks{Title: …, Keys: keys, Rows: []chart.Stack{{Label: "02", Values: []float64{3, 4}, Text: "7"}}}
//	@chart.Groups{Title: …, Keys: keys, Rows: []chart.Group{{Label: "02", Values: …, Texts: …}}}
//	@chart.Intervals{Title: …, Rows: []chart.Interval{{Label: "Par besoin", Sure: 12, Possible: 19, Text: "12 à 19"}}}
//	@chart.Trend{Title: …, X: days, Lines: []chart.Line{{Label: …, Values: …, Texts: …}}}
//	@chart.Map{Title: …, Ground: ground, Marks: marks, Points: points}
//
// Bars of every kind are lists of words with a drawn bar beside each, so they read well aloud, wrap on a phone
// and keep their letters' size. A page shows the figures of a trend or a map in a table beneath (ui.Data).
// Labels, texts and numbers come in the person's language. Colours are classes of the style sheet, and a
// shape, a hatch or a word always says the same as the colour. The same input gives the same bytes.
//
// A Ground is the projected, simplified outline under a map: make it once per territory and keep it. Serve its
// File under an address that holds its Hash, with a long life, and give that address as Map.GroundHref.
package chart
