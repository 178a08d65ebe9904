package tsp

import "github.com/jsign-jp/jsign/internal/der"

// leave goes out of the open element, which must have been read to its end.
func leave(r *der.Reader, where string) error {
	_, more, err := r.Next()
	if err != nil {
		return err
	}
	if more {
		return r.Fault(der.LengthMismatch, where)
	}
	return r.Leave()
}

// optional reads the next element with read when it has the tag.
func optional(r *der.Reader, tag byte, read func(*der.Reader) error) error {
	there, err := r.NextIs(tag)
	if err != nil || !there {
		return err
	}
	return read(r)
}
