package openssl

// Names that -md and the cipher options take, in lower case, each between
// spaces. They have no effect on -verify; a name that openssl does not know
// ends it.
const (
	digestNames = " md4 md5 md5-sha1 ripemd ripemd160 rmd160 sha1 sha224 sha256 sha384 sha512 sha512-224 sha512-256" +
		" sha2-224 sha2-256 sha2-384 sha2-512 sha-1 sha-224 sha-256 sha-384 sha-512 sha3-224 sha3-256 sha3-384 sha3-512" +
		" shake128 shake256 sm3 blake2b512 blake2s256 ssl3-md5 ssl3-sha1 "
	cipherNames = " aes128 aes192 aes256 aes-128 aes-192 aes-256" +
		" aes-128-cbc aes-192-cbc aes-256-cbc aes-128-cfb aes-192-cfb aes-256-cfb aes-128-cfb1 aes-192-cfb1 aes-256-cfb1" +
		" aes-128-cfb8 aes-192-cfb8 aes-256-cfb8 aes-128-ctr aes-192-ctr aes-256-ctr aes-128-ecb aes-192-ecb aes-256-ecb" +
		" aes-128-ofb aes-192-ofb aes-256-ofb aes-128-gcm aes-192-gcm aes-256-gcm aes-128-ccm aes-192-ccm aes-256-ccm" +
		" aes-128-wrap aes-192-wrap aes-256-wrap aes128-wrap aes192-wrap aes256-wrap" +
		" id-aes128-gcm id-aes192-gcm id-aes256-gcm id-aes128-wrap id-aes192-wrap id-aes256-wrap" +
		" aria128 aria192 aria256 aria-128-cbc aria-192-cbc aria-256-cbc aria-128-cfb aria-192-cfb aria-256-cfb" +
		" aria-128-ctr aria-192-ctr aria-256-ctr aria-128-ecb aria-192-ecb aria-256-ecb aria-128-ofb aria-192-ofb aria-256-ofb" +
		" camellia128 camellia192 camellia256 camellia-128-cbc camellia-192-cbc camellia-256-cbc" +
		" camellia-128-ecb camellia-192-ecb camellia-256-ecb chacha20 chacha20-poly1305" +
		" des3 des3-wrap des-ede des-ede-cbc des-ede-cfb des-ede-ofb des-ede3 des-ede3-cbc des-ede3-cfb des-ede3-ofb" +
		" sm4 sm4-cbc sm4-cfb sm4-ctr sm4-ecb sm4-ofb null "
)
