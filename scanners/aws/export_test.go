package aws

import "time"

// Bucket lets tests give the time to a token bucket.
type Bucket struct{ b *bucket }

// NewBucket starts a bucket at a time.
func NewBucket(p Pace, now time.Time) Bucket { return Bucket{newBucket(p, now)} }

// Take is the wait for one token.
func (b Bucket) Take(now time.Time) time.Duration { return b.b.take(now) }

// Told says how an attempt ended.
func (b Bucket) Told(throttled bool) { b.b.told(throttled) }
