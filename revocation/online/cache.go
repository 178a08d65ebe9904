package online

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/jsign-jp/jsign/internal/durable"
	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/revocation"
)

// Cache keeps answers in a folder until their nextUpdate: one file for each question,
// the SHA-256 of the answer and the answer. What is broken or out of date is removed
// when it is met. Files appear whole or not at all, so that several processes can share
// a folder. A fault of the disk costs a request and nothing else. A nil Cache keeps
// nothing. It is safe for concurrent use.
type Cache struct {
	dir        string
	maxSize    int64
	maxEntries int
	mu         sync.Mutex // one sweep at a time
}

// suffix marks the Cache's own files: nothing else in the folder is touched.
const suffix = ".revocation"

// OpenCache returns a Cache in a folder, which is made, readable by the user alone, when
// it is not there.
func OpenCache(dir string) (*Cache, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, lang.Errorf("the cache folder %s cannot be made: %w", "キャッシュフォルダー%sを作成できません: %w", lang.Display(dir), err)
	}
	return &Cache{dir: dir, maxSize: maxCacheSize, maxEntries: maxCacheEntries}, nil
}

// path is the file of a question. Locations and serial numbers do not show in it.
func (c *Cache) path(q question) string {
	digest := sha256.Sum256([]byte(string(q.kind) + q.key))
	return filepath.Join(c.dir, hex.EncodeToString(digest[:])+suffix)
}

// get returns an answer that is still fresh.
func (c *Cache) get(pool *revocation.Pool, q question, now time.Time) (answer, bool) {
	if c == nil {
		return answer{}, false
	}
	path := c.path(q)
	data, err := readFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return answer{}, false
	}
	content, ok := unseal(data)
	if err == nil && ok {
		if a, err := read(pool, q.kind, content); err == nil && a.fresh(now) {
			return a, true
		}
	}
	os.Remove(path) // a newer one that came in between is fetched again
	return answer{}, false
}

func readFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, sha256.Size+maxCRL+1))
}

// unseal takes off the digest that shows damage. What is kept is signed besides, and
// judged each time: the digest protects from faults, not from people.
func unseal(data []byte) ([]byte, bool) {
	if len(data) < sha256.Size {
		return nil, false
	}
	digest := sha256.Sum256(data[sha256.Size:])
	return data[sha256.Size:], string(digest[:]) == string(data[:sha256.Size])
}

// put keeps an answer that has a nextUpdate.
func (c *Cache) put(ctx context.Context, q question, data []byte, a answer, now time.Time) {
	if c == nil || !a.fresh(now) {
		return
	}
	out, err := durable.Create(ctx, c.path(q), durable.Options{Force: true, Perm: 0o600})
	if err != nil {
		return
	}
	defer out.Abort()
	digest := sha256.Sum256(data)
	if _, err := out.Write(append(digest[:], data...)); err != nil {
		return
	}
	if out.Commit() == nil {
		c.sweep(now)
	}
}

// sweep removes the oldest files when there are too many or they are too large, and
// temporary files that a process left when it died.
func (c *Cache) sweep(now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	entries, err := os.ReadDir(c.dir)
	if err != nil {
		return
	}
	var files []fs.FileInfo
	for _, entry := range entries {
		info, err := entry.Info()
		switch {
		case err != nil || !info.Mode().IsRegular():
		case strings.HasSuffix(info.Name(), suffix):
			files = append(files, info)
		case strings.HasPrefix(info.Name(), ".") && strings.Contains(info.Name(), suffix+".") && now.Sub(info.ModTime()) > abandonedAfter:
			os.Remove(filepath.Join(c.dir, info.Name()))
		}
	}
	slices.SortFunc(files, func(a, b fs.FileInfo) int { return b.ModTime().Compare(a.ModTime()) })
	size := int64(0)
	for i, f := range files {
		if size += f.Size(); size > c.maxSize || i >= c.maxEntries {
			os.Remove(filepath.Join(c.dir, f.Name()))
		}
	}
}
