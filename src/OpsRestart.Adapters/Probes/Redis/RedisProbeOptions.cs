using OpsRestart.Adapters.Redis;

namespace OpsRestart.Adapters.Probes.Redis;

/// <summary>Settings of a redis probe. Target: an address as in <see cref="RedisEndpoint"/>.</summary>
internal sealed record RedisProbeOptions : ProbeOptions
{
    /// <summary>Where; <c>database</c>, <c>user</c>, <c>password</c>, <c>insecure</c> and <c>caFile</c> are put over what the address says.</summary>
    public required RedisEndpoint Endpoint { get; init; }

    /// <summary><c>role</c>: any (default), primary, or replica (which must be in step with its master).</summary>
    public RedisRole Role { get; init; }

    /// <summary><c>minReplicas</c>: replicas that must be online. Default 0.</summary>
    public int MinReplicas { get; init; }

    /// <summary><c>warnEviction: true</c>: Degraded when maxmemory-policy may evict any key, which loses tasks on a broker. Default false.</summary>
    public bool WarnEviction { get; init; }

    public bool NeedsInfo => Role != RedisRole.Any || MinReplicas > 0 || WarnEviction;

    public static RedisProbeOptions Read(ProbeSettings settings) => new()
    {
        Endpoint = ReadEndpoint(settings),
        Role = settings.Choice<RedisRole>("role") ?? RedisRole.Any,
        MinReplicas = settings.Int("minReplicas", 0, 1000) ?? 0,
        WarnEviction = settings.Flag("warnEviction") ?? false,
    };

    private static RedisEndpoint ReadEndpoint(ProbeSettings settings)
    {
        var endpoint = new RedisEndpoint();
        try
        {
            endpoint = RedisEndpoint.Parse(settings.Target);
        }
        catch (OpsRestartException e)
        {
            settings.FailTarget($"can't be used: {e.Message}", e.Advice);
        }

        if (settings.Text("user") is { } user && settings.Text("password") is null && endpoint.Password is null)
        {
            settings.Fail("user", $"is given ('{user}') without a password", "Add password: ${env:NAME}.");
        }

        var tls = endpoint.TlsOptions;
        return endpoint with
        {
            Database = settings.Int("database", 0, 16384) ?? endpoint.Database,
            User = settings.Text("user") ?? endpoint.User,
            Password = settings.Text("password") ?? endpoint.Password,
            TlsOptions = tls with { Verify = tls.Verify && settings.Flag("insecure") != true, AuthorityFile = settings.Text("caFile") ?? tls.AuthorityFile },
        };
    }
}
