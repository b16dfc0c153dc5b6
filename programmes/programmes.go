// Package programmes holds the programmes that the product ships, as data.
package programmes

import _ "embed" // the files

// TNE2020 is the programme "Territoires numériques éducatifs" of 2020, after its press kit.
//
//go:embed tne-2020.yaml
var TNE2020 []byte

// Demo is the programme of the invented territory.
//
//go:embed demo.yaml
var Demo []byte
