package pades

// numbers holds a value for each object number, 0 where none was set. Numbers lie
// close together, so that a table is smaller and faster than a map; its blocks are
// made when one of their numbers is set.
type numbers struct {
	blocks []*[blockSize]uint32
}

const blockSize = 256

func (n *numbers) get(num uint32) uint32 {
	i := int(num / blockSize)
	if i >= len(n.blocks) || n.blocks[i] == nil {
		return 0
	}
	return n.blocks[i][num%blockSize]
}

func (n *numbers) set(num, value uint32) {
	i := int(num / blockSize)
	if i >= len(n.blocks) {
		n.blocks = append(n.blocks, make([]*[blockSize]uint32, i+1-len(n.blocks))...)
	}
	if n.blocks[i] == nil {
		n.blocks[i] = new([blockSize]uint32)
	}
	n.blocks[i][num%blockSize] = value
}
