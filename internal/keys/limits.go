package keys

const (
	// MaxFileSize bounds key and certificate files. An RSA-16384 key with a
	// chain of ten certificates is below 100 kB.
	MaxFileSize = 1 << 20

	// MaxCertificates bounds a file's certificates; chains have two to five.
	MaxCertificates = 32

	// MaxIterations bounds the work that a file can demand of a password-based
	// key derivation: some seconds. OpenSSL writes 2048, careful tools up to a
	// million.
	MaxIterations = 10_000_000

	// maxURI bounds a key URI: two paths of 4096 bytes (PATH_MAX of Linux).
	maxURI = 8 << 10
)
