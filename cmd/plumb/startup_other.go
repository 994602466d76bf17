//go:build !linux

package main

// forgetStartup does nothing where the system offers no way.
func forgetStartup() {}
