package pdf

// cacheKey names an object by its place in the file, which revisions share, and
// its number: cross-references may lead two numbers to one place.
type cacheKey struct {
	offset int64 // of the object, or of the object stream that holds it
	num    uint32
	index  int // in the object stream; -1 for an object of its own
}

// cached is a parsed object. What it is may depend on other objects, which a
// revision can change: it is then good for that revision alone.
type cached struct {
	object Object
	only   *Revision
	end    int64 // offset after "endobj" of an object of its own that is no stream
}

// cache keeps parsed objects until their cost reaches maxCachedElements, and then
// begins anew: one pass over a large file needs no more, and a small file never
// gets there.
type cache struct {
	objects map[cacheKey]cached
	cost    int
}

// get returns the object as r sees it.
func (c *cache) get(key cacheKey, r *Revision) (Object, bool) {
	o, ok := c.objects[key]
	if !ok || o.only != nil && o.only != r {
		return nil, false
	}
	if s, isStream := o.object.(*Stream); isStream && s.rev != r {
		own := *s
		own.rev = r // by which it resolves its filters
		return &own, true
	}
	return o.object, true
}

func (c *cache) put(key cacheKey, r *Revision, o Object, cost int, end int64) {
	if cost > maxCachedElements {
		return
	}
	if c.cost += cost + 1; c.cost > maxCachedElements || c.objects == nil {
		c.objects, c.cost = make(map[cacheKey]cached, 16), cost+1
	}
	entry := cached{object: o, end: end}
	if s, isStream := o.(*Stream); isStream && isRef(s.Dict.Get("Length")) {
		entry.only = r
	}
	c.objects[key] = entry
}

func (c *cache) clear() { *c = cache{} }

func isRef(o Object) bool {
	_, ok := o.(Ref)
	return ok
}
