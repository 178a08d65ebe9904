package pdf

import (
	"bytes"
	"crypto/aes"
	"crypto/md5"
	"crypto/rand"
	"io"
)

// objectKey derives the key for an object (algorithm 1, and 1.A for AES-256).
func (c *crypt) objectKey(m method, ref Ref) []byte {
	if m == methodAESV3 {
		return c.key
	}
	d := append(make([]byte, 0, 32), c.key...)
	d = append(d, byte(ref.Num), byte(ref.Num>>8), byte(ref.Num>>16), byte(ref.Gen), byte(ref.Gen>>8))
	if m == methodAESV2 {
		d = append(d, "sAlT"...)
	}
	sum := md5.Sum(d)
	return sum[:min(len(c.key)+5, 16)]
}

// decryptObject returns o with its strings decrypted. The strings of o are
// overwritten.
func (c *crypt) decryptObject(ref Ref, o Object) (Object, error) {
	if c.key == nil || c.strings == methodNone {
		return o, nil
	}
	key := c.objectKey(c.strings, ref)
	return mapStrings(o, func(b []byte) ([]byte, error) { return decrypt(c.strings, key, b) })
}

// mapStrings returns o with every string changed, /Contents of signature
// dictionaries excepted, which is never encrypted (7.6.2). o is changed in place.
func mapStrings(o Object, change func([]byte) ([]byte, error)) (Object, error) {
	switch o := o.(type) {
	case String:
		b, err := change(o.Bytes)
		return String{b, o.Hex}, err
	case Array:
		for i := range o {
			var err error
			if o[i], err = mapStrings(o[i], change); err != nil {
				return nil, err
			}
		}
	case Dict:
		signature := isSignature(o)
		for i := range o {
			if signature && o[i].Key == "Contents" {
				continue
			}
			var err error
			if o[i].Value, err = mapStrings(o[i].Value, change); err != nil {
				return nil, err
			}
		}
	}
	return o, nil
}

// isSignature recognises a signature dictionary, whose /Type is optional (table
// 255), by what it cannot be without.
func isSignature(d Dict) bool {
	kind := d.Name("Type")
	return kind == "Sig" || kind == "DocTimeStamp" || d.Has("ByteRange")
}

// decryptStream returns the data of a stream of the file decrypted.
func (c *crypt) decryptStream(s *Stream, data []byte) ([]byte, error) {
	if c.key == nil && s.Dict.Name("Type") != "XRef" {
		return nil, c.refusal
	}
	m, err := c.streamMethod(s.Dict)
	if err != nil || m == methodNone {
		return data, err
	}
	return decrypt(m, c.objectKey(m, s.ref), data)
}

// decrypt undoes RC4, or AES-CBC with its vector in front and PKCS #7 padding.
// Empty data is empty: some producers do not encrypt empty strings.
func decrypt(m method, key, data []byte) ([]byte, error) {
	if m == methodRC4 {
		out := bytes.Clone(data)
		rc4With(key, 0, out)
		return out, nil
	}
	if len(data) == 0 || len(data) == aes.BlockSize {
		return nil, nil
	}
	if len(data) < aes.BlockSize || len(data)%aes.BlockSize != 0 {
		return nil, malformed(-1, "encrypted data is no multiple of the block length", "暗号化データの長さが不正です")
	}
	out := decryptCBC(key, data[:aes.BlockSize], data[aes.BlockSize:])
	n := int(out[len(out)-1])
	if n == 0 || n > aes.BlockSize {
		return nil, malformed(-1, "encrypted data is wrongly padded", "暗号化データのパディングが不正です")
	}
	return out[:len(out)-n], nil
}

// encrypt is the reverse of decrypt. data is not changed.
func encrypt(m method, key, data []byte, random io.Reader) ([]byte, error) {
	if m == methodRC4 {
		data = bytes.Clone(data)
		rc4With(key, 0, data)
		return data, nil
	}
	if random == nil {
		random = rand.Reader
	}
	n := aes.BlockSize - len(data)%aes.BlockSize
	out := make([]byte, aes.BlockSize, 2*aes.BlockSize+len(data))
	if _, err := io.ReadFull(random, out); err != nil {
		return nil, err
	}
	out = append(out, data...)
	out = append(out, bytes.Repeat([]byte{byte(n)}, n)...)
	encryptCBC(key, out[:aes.BlockSize], out[aes.BlockSize:])
	return out, nil
}
