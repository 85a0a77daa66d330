using OpsRestart.Adapters.Redis;
using OpsRestart.Adapters.Wire;

namespace OpsRestart.Tests.Units.Redis;

public sealed class RedisEndpointTests
{
    [Theory]
    [InlineData("redis://cache", "redis://cache:6379/0")]
    [InlineData("redis://cache:6380/3", "redis://cache:6380/3")]
    [InlineData("redis://", "redis://localhost:6379/0")]
    [InlineData("redis:///2", "redis://localhost:6379/2")]
    [InlineData("redis://[::1]:7000/1", "redis://[::1]:7000/1")]
    [InlineData("redis://[::1]", "redis://[::1]:6379/0")]
    [InlineData("rediss://:pw@cache/1?ssl_cert_reqs=none", "rediss://cache:6379/1")]
    [InlineData("redis://ops:pw@cache/1", "redis://ops@cache:6379/1")]
    [InlineData("unix:///run/redis.sock?db=4", "unix:///run/redis.sock?db=4")]
    [InlineData("redis+socket:///run/redis.sock?virtual_host=4", "unix:///run/redis.sock?db=4")]
    [InlineData("sentinel://a:1,b:2/3?master_name=m", "sentinel://a:1,b:2/3?master_name=m")]
    [InlineData("sentinel://:pw@a:1/3?master_name=m;sentinel://b", "sentinel://a:1,b:26379/3?master_name=m")]
    public void Reads_the_forms_of_the_field_and_shows_no_secret(string address, string shown) =>
        Assert.Equal(shown, RedisEndpoint.Parse(address).Display);

    [Theory]
    [InlineData("redis://:p@ss/w:rd@cache", null, "p@ss/w:rd")]
    [InlineData("redis://ops:p%40ss@cache", "ops", "p@ss")]
    [InlineData("redis://cache?username=ops&password=pw", "ops", "pw")]
    [InlineData("redis://cache", null, null)]
    public void Takes_the_log_in_apart(string address, string? user, string? password)
    {
        var endpoint = RedisEndpoint.Parse(address);
        Assert.Equal((user, password, "cache"), (endpoint.User, endpoint.Password, endpoint.Place.Host));
    }

    [Fact]
    public void Puts_secrets_in_after_parsing_so_that_they_may_hold_any_character()
    {
        var endpoint = RedisEndpoint.Parse(
            "redis://${env:U}:${file:/run/pw}@cache/2",
            t =>
                t == "${env:U}" ? "ops"
                : t == "${file:/run/pw}" ? "a%20@b/c?d"
                : t
        );
        Assert.Equal(("ops", "a%20@b/c?d", "cache", 2), (endpoint.User, endpoint.Password, endpoint.Place.Host, endpoint.Database));
    }

    [Fact]
    public void Every_part_may_be_a_secret_and_none_is_missed_before_it_is_filled_in()
    {
        const string Address = "sentinel://${env:H}:${env:P}/${env:D}?master_name=${env:M}";
        Assert.Null(RedisEndpoint.WhatIsWrongWith(Address));
        var filled = RedisEndpoint.Parse(
            Address,
            static t =>
                t.Replace("${env:H}", "a", StringComparison.Ordinal)
                    .Replace("${env:P}", "7", StringComparison.Ordinal)
                    .Replace("${env:D}", "2", StringComparison.Ordinal)
                    .Replace("${env:M}", "m", StringComparison.Ordinal)
        );
        Assert.Equal("sentinel://a:7/2?master_name=m", filled.Display);
        Assert.Throws<OpsRestartException>(() => RedisEndpoint.Parse("redis://h:${env:P}", static _ => "secret:x"));
    }

    [Theory]
    [InlineData("cache:6379")]
    [InlineData("amqp://cache")]
    [InlineData("redis://:secret@cache:x")]
    [InlineData("redis://:secret@cache/x")]
    [InlineData("redis+socket://")]
    [InlineData("sentinel://a:1")]
    [InlineData("sentinel://a:1;redis://b:2/0?master_name=m")]
    [InlineData("redis://a,b")]
    public void Refuses_what_it_does_not_understand_without_telling_the_password(string address)
    {
        var e = Assert.Throws<OpsRestartException>(() => RedisEndpoint.Parse(address));
        Assert.Equal(OpsError.InvalidArgument, e.Error);
        Assert.DoesNotContain("secret", e.Message + e.Target + e.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void Reads_the_TLS_settings_of_redis_py()
    {
        var tls = RedisEndpoint.Parse("rediss://h?ssl_cert_reqs=CERT_NONE&ssl_ca_certs=/ca.pem&ssl_certfile=/c.pem&ssl_keyfile=/k.pem").Tls;
        Assert.Equal(
            new Tls
            {
                Verify = false,
                AuthorityFile = "/ca.pem",
                CertificateFile = "/c.pem",
                KeyFile = "/k.pem",
            },
            tls
        );
        Assert.True(RedisEndpoint.Parse("rediss://h").Tls.Verify);
    }
}
