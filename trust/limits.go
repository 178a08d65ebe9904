package trust

// Limits on what is read. Each is far above what real certificates need and low
// enough that an attacker's input costs milliseconds.
const (
	maxElement         = 1 << 30   // octets of one element; keeps length arithmetic in an int
	maxInteger         = 4 << 10   // octets of an INTEGER: an RSA modulus of 32,768 bits
	maxCertificate     = 1 << 20   // octets of a certificate; real ones stay below 100 kB
	maxCRL             = 256 << 20 // octets of a CRL; the largest public ones are near 100 MB
	maxExtensions      = 256       // of one certificate, CRL or entry
	maxRDNs            = 1024      // attributes of one Name
	maxGeneralNames    = 4096      // names in one extension
	maxPoints          = 64        // distribution points of one certificate: each is compared with each CRL
	maxPointNames      = 16        // names of one distribution point, likewise
	maxAccess          = 64        // descriptions in authority information access: each may be asked
	maxPolicies        = 1024      // policies or mappings in one certificate
	maxModulusBits     = 16384     // of an RSA or DSA key: OpenSSL's own limit
	maxExponentBits    = 256       // of an RSA key (FIPS 186-4, B.3.1): larger ones make verification as slow as signing
	maxTrustFile       = 64 << 20  // octets of a file of anchors
	maxFolder          = 10_000    // certificates of a trust folder
	maxDirEntries      = 1000      // HASH.N files of one name
	maxNameChecks      = 1 << 20   // names times constraints of one check, as OpenSSL
	maxPolicyNodes     = 1000      // policy tree growth (CVE-2023-0464), as OpenSSL
	maxChain           = 64        // certificates of a path in Verify
	maxSignatureChecks = 256       // signature verifications of one Verify
	defaultVerifyDepth = 100       // intermediates, as OpenSSL
)
