package pdf

import "bytes"

// Held returns the offsets of the object streams that the sections of this very
// revision refer to and whose decoded data holds word. Streams that cannot be
// read are passed over.
func (r *Revision) Held(word []byte) ([]int64, error) {
	var list []int64
	seen := make(map[uint32]bool)
	err := r.Changed(func(_ uint32, at Location) bool {
		if at.Stream == 0 || seen[at.Stream] {
			return true
		}
		seen[at.Stream] = true
		if s, err := r.objectStream(at.Stream); err == nil && bytes.Contains(s.data, word) {
			list = append(list, s.offset)
		}
		return true
	})
	return list, err
}
