using System.Globalization;

namespace OpsRestart.Adapters.Redis;

/// <summary>
/// Where a Redis server is and how to log in, as the field writes it: <c>redis://[user:password@]host[:6379][/db]</c>, <c>rediss://</c> (TLS),
/// <c>unix:///path?db=0</c>, <c>redis+socket:///path?virtual_host=0</c> (kombu's form), and
/// <c>sentinel://host:26379,host2:26379/db?master_name=NAME</c> (also kombu's list with ';').
/// TLS verifies the certificate unless <c>ssl_cert_reqs=none</c>; <c>ssl_ca_certs</c>, <c>ssl_certfile</c>, <c>ssl_keyfile</c> name PEM files.
/// </summary>
internal sealed record RedisEndpoint
{
    public const int DefaultPort = 6379;
    public const int DefaultSentinelPort = 26379;

    public string Host { get; init; } = "localhost";

    public int Port { get; init; } = DefaultPort;

    public string? UnixPath { get; init; }

    public bool Tls { get; init; }

    public RedisTlsOptions TlsOptions { get; init; } = new();

    public string? User { get; init; }

    public string? Password { get; init; }

    public int Database { get; init; }

    /// <summary>Sentinels to ask for the master; empty for a plain server.</summary>
    public IReadOnlyList<RedisEndpoint> Sentinels { get; init; } = [];

    public string? MasterName { get; init; }

    /// <summary>The address without any secret, for people and for results.</summary>
    public string Display => Sentinels.Count > 0
        ? string.Create(CultureInfo.InvariantCulture, $"sentinel://{string.Join(",", Sentinels.Select(static s => $"{s.Host}:{s.Port}"))}/{Database}?master_name={MasterName}")
        : UnixPath is not null
            ? string.Create(CultureInfo.InvariantCulture, $"unix://{UnixPath}?db={Database}")
            : string.Create(CultureInfo.InvariantCulture, $"{(Tls ? "rediss" : "redis")}://{(User is null ? "" : User + "@")}{BracketedHost}:{Port}/{Database}");

    private string BracketedHost => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host;

    /// <param name="address">The URI, secrets as placeholders or in plain text.</param>
    /// <param name="resolve">Replaces placeholders such as <c>${env:NAME}</c>; it is called on parts, so a secret may hold any character.</param>
    /// <exception cref="OpsRestartException">InvalidArgument.</exception>
    public static RedisEndpoint Parse(string address, Func<string, string>? resolve = null) =>
        resolve is not null && address.StartsWith("${", StringComparison.Ordinal)
            ? RedisAddress.Parse(resolve(address), null)
            : RedisAddress.Parse(address, resolve);

    public static bool Understands(string address) => RedisAddress.Understands(address);

    /// <summary>Null when the address can be parsed; placeholders of secrets stand for themselves, and none is read.</summary>
    public static OpsRestartException? WhatIsWrongWith(string address)
    {
        if (address.StartsWith("${", StringComparison.Ordinal))
        {
            return null;
        }

        try
        {
            Parse(address);
            return null;
        }
        catch (OpsRestartException e)
        {
            return e;
        }
    }

    /// <summary>Never the password.</summary>
    public override string ToString() => Display;
}
