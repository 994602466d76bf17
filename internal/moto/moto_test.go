package moto_test

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/plumbline-dev/plumbline/internal/moto"
)

func TestEachAccountIsItsOwn(t *testing.T) {
	server := moto.Start(t)
	for _, account := range []string{moto.Home, "111111111111", "222222222222"} {
		out, err := sts.NewFromConfig(server.Config(t, account, "eu-west-1")).GetCallerIdentity(context.Background(), nil)
		if err != nil {
			t.Fatal(err)
		}
		if *out.Account != account {
			t.Errorf("the configuration of %s is of account %s", account, *out.Account)
		}
	}
}
