// A Vault of its own: the core, the API and the transit engine of the real one, in memory, unsealed.
// Usage: vault-transit ADDRESS; it prints its URL and a root token once it answers, and ends when its standard input does.
// The whole program would take several times as long to build, for plugins that no test asks.
package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"

	log "github.com/hashicorp/go-hclog"
	"github.com/hashicorp/vault/builtin/logical/transit"
	vaulthttp "github.com/hashicorp/vault/http"
	"github.com/hashicorp/vault/internalshared/configutil"
	"github.com/hashicorp/vault/sdk/helper/consts"
	"github.com/hashicorp/vault/sdk/logical"
	"github.com/hashicorp/vault/sdk/physical/inmem"
	"github.com/hashicorp/vault/vault"
)

// No plugins beside the transit engine.
type noPlugins struct{}

func (noPlugins) Contains(string, consts.PluginType) bool { return false }
func (noPlugins) Get(string, consts.PluginType) (func() (interface{}, error), bool) {
	return nil, false
}
func (noPlugins) Keys(consts.PluginType) []string { return nil }
func (noPlugins) DeprecationStatus(string, consts.PluginType) (consts.DeprecationStatus, bool) {
	return consts.Unknown, false
}
func (noPlugins) IsBuiltinEntPlugin(string, consts.PluginType) bool { return false }

func must[T any](value T, err error) T {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	return value
}

func main() {
	logger := log.New(&log.LoggerOptions{Level: log.Error, Output: os.Stderr})
	listener := must(net.Listen("tcp", os.Args[1]))
	url := "http://" + listener.Addr().String()
	core := must(vault.NewCore(&vault.CoreConfig{
		Physical:        must(inmem.NewInmem(nil, logger)),
		LogicalBackends: map[string]logical.Factory{"transit": transit.Factory},
		BuiltinRegistry: noPlugins{},
		RedirectAddr:    url,
		Logger:          logger,
	}))
	ctx := context.Background()
	one := &vault.SealConfig{SecretShares: 1, SecretThreshold: 1}
	init := must(core.Initialize(ctx, &vault.InitParams{BarrierConfig: one, RecoveryConfig: &vault.SealConfig{}}))
	must(core.Unseal(vault.TestKeyCopy(init.SecretShares[0])))
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	fmt.Println(url, init.RootToken)
	_ = http.Serve(listener, vaulthttp.Handler.Handler(&vault.HandlerProperties{Core: core, ListenerConfig: &configutil.Listener{}}))
}
