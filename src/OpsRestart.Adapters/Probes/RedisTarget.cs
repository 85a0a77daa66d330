using OpsRestart.Adapters.Redis;

namespace OpsRestart.Adapters.Probes;

/// <summary>A probe's target as a Redis server: the address, and the settings that are put over it.</summary>
internal static class RedisTarget
{
    public static RedisEndpoint Read(ProbeSettings settings)
    {
        var endpoint = settings.ReadAddress("redis", static text => RedisEndpoint.Parse(text)) ?? new RedisEndpoint();
        if (settings.Text("user") is { } user && settings.Text("password") is null && endpoint.Password is null)
        {
            settings.Fail("user", $"is given ('{user}') without a password", "Add password: ${env:NAME}.");
        }

        return endpoint with
        {
            Database = settings.Int("database", 0, 16384) ?? endpoint.Database,
            User = settings.Text("user") ?? endpoint.User,
            Password = settings.Text("password") ?? endpoint.Password,
            Tls = settings.ReadTls(endpoint.Tls),
        };
    }

    /// <summary>What it means that there is no answer that can be read; null: not Redis' matter.</summary>
    public static ProbeVerdict? Explain(Exception error, string peer) =>
        error is RedisException { Code: WireFailure.ProtocolError }
            ? ProbeVerdict.Unhealthy(
                ProbeReason.ProtocolError,
                $"{peer} does not speak Redis's protocol ({ForeignText.OneLine(error.Message)}). Check the port, and rediss:// for a "
                    + "TLS port."
            )
            : null;
}
