//go:build !(cgo && (linux || darwin || freebsd))

package jpkikey

// bindings are those that this build has.
var bindings = map[string]func() (Manager, error){"default": establish}
