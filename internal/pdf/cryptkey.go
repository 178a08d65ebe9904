package pdf

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/md5"
	"crypto/rc4"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/subtle"
	"encoding/binary"
	"slices"

	"github.com/xdg-go/stringprep"
)

// padding fills passwords up to 32 bytes (algorithm 2, step a).
const padding = "\x28\xBF\x4E\x5E\x4E\x75\x8A\x41\x64\x00\x4E\x56\xFF\xFA\x01\x08" +
	"\x2E\x2E\x00\xB6\xD0\x68\x3E\x80\x2F\x0C\xA9\xFE\x64\x53\x69\x7A"

// open returns the file encryption key, nil if neither the password nor the empty
// one opens the document, and whether it opened it as the owner.
func (h *handler) open(password []byte) (key []byte, owner bool) {
	try := h.openMD5
	if h.r >= 5 {
		try = h.openAES256
	}
	for _, p := range h.forms(password) {
		if key, owner = try(p); key != nil {
			break
		}
	}
	return key, owner
}

// forms returns what the password may have been turned into when the document
// was encrypted, the standard's way first, and the empty password.
//
// Revisions 5 and 6 apply SASLprep and cut to 127 bytes of UTF-8 (algorithm 2.A);
// many programs leave SASLprep out, which shows in half-width and decomposed
// characters. The others use PDFDocEncoding (algorithm 2), and many programs what
// bytes they are given.
func (h *handler) forms(password []byte) [][]byte {
	var forms [][]byte
	add := func(p []byte) {
		if !slices.ContainsFunc(forms, func(f []byte) bool { return bytes.Equal(f, p) }) {
			forms = append(forms, p)
		}
	}
	if h.r >= 5 {
		if s, err := stringprep.SASLprep.Prepare(string(password)); err == nil {
			add([]byte(s)[:min(len(s), 127)])
		}
		add(password[:min(len(password), 127)])
	} else {
		add(password)
		if p, ok := docEncode(password); ok {
			add(p)
		}
	}
	add(nil)
	return forms
}

// openMD5 is for revisions 2 to 4 (algorithms 6 and 7).
func (h *handler) openMD5(password []byte) (key []byte, owner bool) {
	user := h.userPassword(password)
	if key := h.tryUser(user); key != nil {
		return key, true
	}
	return h.tryUser(password), false
}

func pad(password []byte) []byte {
	out := append(make([]byte, 0, 64), password...)
	return append(out, padding...)[:32]
}

// fileKey is algorithm 2.
func (h *handler) fileKey(password []byte) []byte {
	d := md5.New()
	d.Write(pad(password))
	d.Write(h.o)
	d.Write(binary.LittleEndian.AppendUint32(nil, h.p))
	d.Write(h.id)
	if h.r >= 4 && !h.metadata {
		d.Write([]byte{0xff, 0xff, 0xff, 0xff})
	}
	key := d.Sum(nil)
	if h.r >= 3 {
		for range 50 {
			sum := md5.Sum(key[:h.length])
			copy(key, sum[:])
		}
	}
	return key[:h.length]
}

// tryUser returns the key if password is the user's (algorithms 4, 5 and 6).
func (h *handler) tryUser(password []byte) []byte {
	key := h.fileKey(password)
	want, got := h.u, []byte(padding)
	if h.r >= 3 {
		sum := md5.Sum(append([]byte(padding), h.id...))
		want, got = h.u[:16], sum[:]
	}
	rounds := 1
	if h.r >= 3 {
		rounds = 20
	}
	for i := range rounds {
		rc4With(key, byte(i), got)
	}
	if subtle.ConstantTimeCompare(want, got) != 1 {
		return nil
	}
	return key
}

// userPassword decrypts the user's password with the owner's (algorithm 7).
func (h *handler) userPassword(owner []byte) []byte {
	key := md5.Sum(pad(owner))
	rounds := 1
	if h.r >= 3 {
		for range 50 {
			key = md5.Sum(key[:])
		}
		rounds = 20
	}
	user := bytes.Clone(h.o)
	for i := rounds - 1; i >= 0; i-- {
		rc4With(key[:h.length], byte(i), user)
	}
	return user
}

// rc4With applies RC4 to data in place, with every byte of the key changed by
// xor.
func rc4With(key []byte, xor byte, data []byte) {
	k := make([]byte, len(key))
	for i := range key {
		k[i] = key[i] ^ xor
	}
	c, err := rc4.NewCipher(k)
	if err != nil {
		return // only for keys longer than 256 bytes or empty ones: h.length is 5 to 16
	}
	c.XORKeyStream(data, data)
}

// openAES256 is for revisions 5 and 6 (algorithm 2.A).
func (h *handler) openAES256(password []byte) (key []byte, owner bool) {
	if subtle.ConstantTimeCompare(h.hash(password, h.o[32:40], h.u), h.o[:32]) == 1 {
		return decryptCBC(h.hash(password, h.o[40:48], h.u), make([]byte, 16), h.oe), true
	}
	if subtle.ConstantTimeCompare(h.hash(password, h.u[32:40], nil), h.u[:32]) == 1 {
		return decryptCBC(h.hash(password, h.u[40:48], nil), make([]byte, 16), h.ue), false
	}
	return nil, false
}

// hash is algorithm 2.B, or the plain SHA-256 of revision 5.
func (h *handler) hash(password, salt, user []byte) []byte {
	sum := sha256.Sum256(bytes.Join([][]byte{password, salt, user}, nil))
	if h.r == 5 {
		return sum[:]
	}
	k := sum[:]
	last := 0
	for round := 0; round < 64 || last > round-32; round++ {
		block := bytes.Repeat(bytes.Join([][]byte{password, k, user}, nil), 64)
		encryptCBC(k[:16], k[16:32], block)
		last = int(block[len(block)-1])
		k = hashModulo3(block)
	}
	return k[:32]
}

// hashModulo3 chooses the hash by the first 16 bytes as a number modulo 3, which
// is that of the sum of the bytes, as 256 is 1 modulo 3.
func hashModulo3(block []byte) []byte {
	sum := 0
	for _, b := range block[:16] {
		sum += int(b)
	}
	switch sum % 3 {
	case 0:
		k := sha256.Sum256(block)
		return k[:]
	case 1:
		k := sha512.Sum384(block)
		return k[:]
	}
	k := sha512.Sum512(block)
	return k[:]
}

// newAES makes a cipher; the keys here are 16 or 32 bytes by construction.
func newAES(key []byte) cipher.Block {
	block, err := aes.NewCipher(key)
	if err != nil {
		panic("pdf: AES key of impossible length")
	}
	return block
}

// encryptCBC encrypts whole blocks in place.
func encryptCBC(key, iv, data []byte) {
	cipher.NewCBCEncrypter(newAES(key), iv).CryptBlocks(data, data)
}

// decryptCBC returns whole blocks decrypted.
func decryptCBC(key, iv, data []byte) []byte {
	out := make([]byte, len(data))
	cipher.NewCBCDecrypter(newAES(key), iv).CryptBlocks(out, data)
	return out
}

// decryptBlock decrypts one block without chaining.
func decryptBlock(key, data []byte) []byte {
	out := make([]byte, aes.BlockSize)
	newAES(key).Decrypt(out, data)
	return out
}
