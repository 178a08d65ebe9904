//go:build cgo && (linux || darwin || freebsd)

package pcsc_test

import "github.com/jsign-jp/jsign/cardio/pcsc"

// bindings are those that this build has.
var bindings = map[string]func() (*pcsc.Context, error){
	"scard":  pcsc.Establish,
	"dlopen": pcsc.BoundAtRunTime,
}
