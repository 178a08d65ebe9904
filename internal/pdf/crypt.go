package pdf

import (
	"encoding/binary"
	"errors"
	"strconv"
)

// Encryption describes the standard security handler of a document (ISO 32000-2,
// 7.6.4).
type Encryption struct {
	Version     int    // V: 1, 2, 4 or 5
	Revision    int    // R: 2 to 6
	Permissions uint32 // P: a bit set permits (table 22; bit 1 is the lowest)
	Owner       bool   // the password is the owner's, which permits everything
}

// method is how a crypt filter encrypts (table 25).
type method int

const (
	methodNone method = iota
	methodRC4
	methodAESV2
	methodAESV3
)

// crypt encrypts and decrypts the strings and streams of a document.
type crypt struct {
	dict     Ref    // the encryption dictionary, itself not encrypted; zero if direct
	key      []byte // file encryption key; nil while the document is locked
	refusal  error  // why it is locked
	strings  method
	streams  method
	files    method // embedded files
	filters  map[Name]method
	metadata bool // metadata streams are encrypted
}

// handler is what the encryption dictionary says (table 21).
type handler struct {
	v, r     int
	length   int // of the key, in bytes
	o, u     []byte
	oe, ue   []byte
	perms    []byte
	p        uint32
	id       []byte // first element of /ID
	metadata bool
}

// setUpEncryption reads the encryption dictionary and tries the passwords.
func (f *File) setUpEncryption(opt Options) error {
	value := f.Trailer.Get("Encrypt")
	if value == nil {
		return nil
	}
	d, ok, err := f.Dict(value)
	if err != nil {
		return err
	}
	if !ok {
		return malformed(-1, "the encryption dictionary is missing", "暗号化辞書がありません")
	}
	c := &crypt{metadata: true}
	c.dict, _ = value.(Ref)
	c.refusal = f.unlock(c, d, opt.Password)
	f.cache.clear() // what has been read so far was not decrypted
	f.crypt = c
	if c.refusal == nil || opt.AllowLocked && canBeLocked(c.refusal) {
		return nil
	}
	return c.refusal
}

// canBeLocked tells what a password or a handler is missing for from damage.
func canBeLocked(err error) bool {
	var u *UnsupportedEncryption
	return errors.Is(err, ErrPassword) || errors.As(err, &u)
}

// unlock reads what the encryption dictionary says and finds the key.
func (f *File) unlock(c *crypt, d Dict, password []byte) error {
	f.encrypted = &Encryption{Version: f.intOf(d, "V"), Revision: f.intOf(d, "R"), Permissions: uint32(f.intOf(d, "P"))}
	h, err := f.readHandler(d)
	if err != nil {
		return err
	}
	c.metadata = h.metadata
	if err := f.readFilters(c, h, d); err != nil {
		return err
	}
	key, owner := h.open(password)
	if key == nil {
		return ErrPassword
	}
	c.key, f.encrypted.Owner = key, owner
	f.checkPerms(h, key)
	return nil
}

// readHandler reads the entries of the encryption dictionary and refuses what is
// not the standard handler.
func (f *File) readHandler(d Dict) (*handler, error) {
	h := &handler{metadata: true}
	h.v, h.r = f.intOf(d, "V"), f.intOf(d, "R")
	if name := d.Name("Filter"); name != "Standard" {
		return nil, &UnsupportedEncryption{Handler: name}
	}
	switch {
	case (h.v == 1 || h.v == 2) && (h.r == 2 || h.r == 3), h.v == 4 && h.r == 4, h.v == 5 && (h.r == 5 || h.r == 6):
	default:
		return nil, &UnsupportedEncryption{"Standard", "V " + strconv.Itoa(h.v) + " R " + strconv.Itoa(h.r)}
	}
	if m, ok := d.Get("EncryptMetadata").(Boolean); ok && h.v >= 4 {
		h.metadata = bool(m)
	}
	h.p = uint32(f.intOf(d, "P"))
	if err := h.setLength(f.intOf(d, "Length")); err != nil {
		return nil, err
	}
	for _, s := range []struct {
		key  Name
		into *[]byte
	}{{"O", &h.o}, {"U", &h.u}, {"OE", &h.oe}, {"UE", &h.ue}, {"Perms", &h.perms}} {
		o, err := f.Resolve(d.Get(s.key))
		if err != nil {
			return nil, err
		}
		str, _ := o.(String)
		*s.into = str.Bytes
	}
	var err error
	h.id, err = f.firstID()
	if err != nil {
		return nil, err
	}
	return h, h.check()
}

// setLength sets the length of the key. /Length counts in V 2 alone; 40 bits are
// the default.
func (h *handler) setLength(bits int) error {
	switch h.v {
	case 1:
		h.length = 5
	case 2:
		if bits == 0 {
			bits = 40
		}
		if bits < 40 || bits > 128 || bits%8 != 0 {
			return &UnsupportedEncryption{"Standard", "Length " + strconv.Itoa(bits)}
		}
		h.length = bits / 8
		if h.r == 2 {
			h.length = 5
		}
	case 4:
		h.length = 16
	case 5:
		h.length = 32
	}
	return nil
}

// check sees that the strings have their lengths; longer ones are padded.
func (h *handler) check() error {
	n, m := 32, 0
	if h.r >= 5 {
		n, m = 48, 32
	}
	if len(h.o) < n || len(h.u) < n || len(h.oe) < m || len(h.ue) < m {
		return malformed(-1, "the encryption dictionary is incomplete", "暗号化辞書の値が不足しています")
	}
	h.o, h.u, h.oe, h.ue = h.o[:n], h.u[:n], h.oe[:m], h.ue[:m]
	return nil
}

// firstID returns the first element of /ID, nil if there is none.
func (f *File) firstID() ([]byte, error) {
	id, _, err := f.Array(f.Trailer.Get("ID"))
	if err != nil || len(id) == 0 {
		return nil, err
	}
	o, err := f.Resolve(id[0])
	s, _ := o.(String)
	return s.Bytes, err
}

// intOf returns an integer entry, 0 if it is none.
func (f *File) intOf(d Dict, key Name) int {
	o, err := f.Resolve(d.Get(key))
	v, _ := o.(Integer)
	if err != nil {
		return 0
	}
	return int(v)
}

// readFilters reads which crypt filter is for what (7.6.6).
func (f *File) readFilters(c *crypt, h *handler, d Dict) error {
	if h.v < 4 {
		c.strings, c.streams, c.files = methodRC4, methodRC4, methodRC4
		return nil
	}
	filters, _, err := f.Dict(d.Get("CF"))
	if err != nil {
		return err
	}
	c.filters = map[Name]method{"Identity": methodNone}
	for _, e := range filters {
		cf, _, err := f.Dict(e.Value)
		if err != nil {
			return err
		}
		m, ok := methods(h.v)[cf.Name("CFM")]
		if !ok {
			return &UnsupportedEncryption{"Standard", "CFM " + string(cf.Name("CFM"))}
		}
		if e.Key != "Identity" {
			c.filters[e.Key] = m
		}
	}
	if c.streams, err = c.named(d.Get("StmF")); err == nil {
		c.files = c.streams
		c.strings, err = c.named(d.Get("StrF"))
	}
	if err == nil && d.Has("EFF") {
		c.files, err = c.named(d.Get("EFF"))
	}
	return err
}

// methods returns the values of /CFM. An absent one is None, for which there is
// no method: it means an encryption by the handler's own ways.
func methods(v int) map[Name]method {
	if v == 5 {
		return map[Name]method{"AESV3": methodAESV3}
	}
	return map[Name]method{"V2": methodRC4, "AESV2": methodAESV2}
}

// named looks a crypt filter up; an absent name is Identity.
func (c *crypt) named(o Object) (method, error) {
	name, _ := o.(Name)
	if name == "" {
		name = "Identity"
	}
	m, ok := c.filters[name]
	if !ok {
		return 0, &UnsupportedEncryption{"Standard", "crypt filter " + string(name)}
	}
	return m, nil
}

// checkPerms notes a /P that is not what /Perms, which is encrypted, says
// (algorithm 13).
func (f *File) checkPerms(h *handler, key []byte) {
	if h.r < 5 || len(h.perms) != 16 {
		return
	}
	plain := decryptBlock(key, h.perms)
	if string(plain[9:12]) != "adb" || binary.LittleEndian.Uint32(plain) != h.p {
		f.note(NoteSyntax, -1, "the permissions of the encrypted document do not match their protected copy",
			"暗号化文書の権限が保護された写しと一致しません")
	}
}

// covers reports whether an object is encrypted: all are but the encryption
// dictionary and cross-reference streams (7.6.2).
func (c *crypt) covers(ref Ref, o Object) bool {
	if ref == c.dict && !ref.IsZero() {
		return false
	}
	d, _ := o.(Dict)
	return d.Name("Type") != "XRef"
}

// streamMethod returns how a stream is encrypted.
func (c *crypt) streamMethod(d Dict) (method, error) {
	kind := d.Name("Type")
	if kind == "XRef" {
		return methodNone, nil
	}
	if name, ok := ownFilter(d); ok {
		return c.named(name)
	}
	switch {
	case kind == "Metadata" && !c.metadata:
		return methodNone, nil
	case kind == "EmbeddedFile":
		return c.files, nil
	}
	return c.streams, nil
}

// ownFilter returns the name of the crypt filter a stream chooses for itself,
// with a Crypt filter (7.4.10), which comes first.
func ownFilter(d Dict) (Name, bool) {
	filter, parms := d.Get("Filter"), d.Get("DecodeParms")
	if list, ok := filter.(Array); ok && len(list) > 0 {
		filter = list[0]
	}
	if list, ok := parms.(Array); ok && len(list) > 0 {
		parms = list[0]
	}
	if filter != Name("Crypt") {
		return "", false
	}
	p, _ := parms.(Dict)
	return p.Name("Name"), true
}
