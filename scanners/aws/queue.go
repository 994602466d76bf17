package aws

import "sync"

// queue hands jobs to a number of workers, at most perLane of one lane at once, the lanes in turn: a service that is
// slow or throttled keeps no worker from the others.
type queue struct {
	mu      sync.Mutex
	cond    *sync.Cond
	perLane int
	lanes   map[string]*queueLane
	ready   []*queueLane // with a job that may start, in the order of their turn
	open    int          // jobs that wait or run
}

type queueLane struct {
	jobs    []func()
	running int
	queued  bool // in ready
}

func newQueue(perLane int) *queue {
	q := &queue{perLane: perLane, lanes: map[string]*queueLane{}}
	q.cond = sync.NewCond(&q.mu)
	return q
}

// push adds a job; jobs may push further ones.
func (q *queue) push(lane string, job func()) {
	q.mu.Lock()
	defer q.mu.Unlock()
	l := q.lanes[lane]
	if l == nil {
		l = &queueLane{}
		q.lanes[lane] = l
	}
	l.jobs = append(l.jobs, job)
	q.open++
	q.enqueue(l)
}

func (q *queue) enqueue(l *queueLane) {
	if !l.queued && len(l.jobs) > 0 && l.running < q.perLane {
		l.queued = true
		q.ready = append(q.ready, l)
		q.cond.Signal()
	}
}

// drain runs all jobs, those that they push too, with so many workers.
func (q *queue) drain(workers int) {
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for q.one() {
			}
		})
	}
	wg.Wait()
}

// one runs a job; it is false when there will be none any more.
func (q *queue) one() bool {
	l, job := q.pop()
	if job == nil {
		return false
	}
	job()
	q.mu.Lock()
	defer q.mu.Unlock()
	l.running--
	q.open--
	q.enqueue(l)
	if q.open == 0 {
		q.cond.Broadcast()
	}
	return true
}

func (q *queue) pop() (*queueLane, func()) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.ready) == 0 {
		if q.open == 0 {
			return nil, nil
		}
		q.cond.Wait()
	}
	l := q.ready[0]
	q.ready = q.ready[1:]
	job := l.jobs[0]
	l.jobs = l.jobs[1:]
	l.running++
	l.queued = false
	q.enqueue(l)
	return l, job
}
