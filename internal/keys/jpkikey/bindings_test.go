//go:build cgo && (linux || darwin || freebsd)

package jpkikey

import "github.com/jsign-jp/jsign/cardio/pcsc"

// bindings are those that this build has.
var bindings = map[string]func() (Manager, error){
	"scard": establish,
	"dlopen": func() (Manager, error) {
		ctx, err := pcsc.BoundAtRunTime()
		if err != nil {
			return nil, err
		}
		return manager{ctx}, nil
	},
}
