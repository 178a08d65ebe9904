//go:build !(cgo && (linux || darwin || freebsd))

package jpki

// bindings are those that this build has.
var bindings = map[string]func() (Manager, error){"default": establish}
