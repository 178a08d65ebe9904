// Package trust reads certificates and judges chains of them.
package trust
