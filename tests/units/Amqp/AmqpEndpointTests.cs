using OpsRestart.Adapters.Amqp;
using OpsRestart.Adapters.Wire;

namespace OpsRestart.Tests.Units.Amqp;

public sealed class AmqpEndpointTests
{
    [Theory]
    [InlineData("amqp://", "localhost", 5672, "guest", "guest", "/")]
    [InlineData("amqp://guest:guest@127.0.0.1:5672//", "127.0.0.1", 5672, "guest", "guest", "/")]
    [InlineData("amqp://ops:p%40ss@mq.example/%2F", "mq.example", 5672, "ops", "p@ss", "/")]
    [InlineData("amqp://ops:p@ss/w:rd@mq:5673/orders", "mq", 5673, "ops", "p@ss/w:rd", "orders")]
    [InlineData("pyamqp://ops:x@[::1]:5672/a%2Fb", "::1", 5672, "ops", "x", "a/b")]
    [InlineData("amqp://ops@mq/", "mq", 5672, "ops", "", "/")]
    [InlineData("AMQPS://ops:x@mq/v", "mq", 5671, "ops", "x", "v")]
    public void Addresses_are_read_as_the_field_writes_them(
        string address,
        string host,
        int port,
        string user,
        string password,
        string vhost
    )
    {
        var endpoint = AmqpEndpoint.Parse(address);
        Assert.Equal([new Place(host, port)], endpoint.Hosts);
        Assert.Equal((user, password, vhost), (endpoint.User, endpoint.Password, endpoint.VirtualHost));
    }

    [Fact]
    public void A_list_of_brokers_is_one_cluster()
    {
        var endpoint = AmqpEndpoint.Parse("amqp://ops:a;b@one//;amqp://ops:a;b@two:5673//");
        Assert.Equal([new Place("one", 5672), new Place("two", 5673)], endpoint.Hosts);
        Assert.Equal("a;b", endpoint.Password);
        Assert.Equal("amqp://ops@one:5672,two:5673", endpoint.Display);
    }

    [Fact]
    public void Nodes_may_stand_in_one_address_too_as_it_is_shown() =>
        Assert.Equal(
            [new Place("one", 5671), new Place("two", 5673)],
            AmqpEndpoint.Parse(AmqpEndpoint.Parse("amqps://one;amqps://two:5673").Display).Hosts
        );

    [Fact]
    public void Secrets_are_put_into_parts_and_never_shown()
    {
        var endpoint = AmqpEndpoint.Parse(
            "amqp://ops:${env:MQ}@mq/v",
            static t => t.Replace("${env:MQ}", "a@b/c:d", StringComparison.Ordinal)
        );
        Assert.Equal("a@b/c:d", endpoint.Password);
        Assert.Equal("amqp://ops@mq:5672/v", endpoint.Display);
        Assert.DoesNotContain("a@b", endpoint.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_whole_address_may_be_a_secret()
    {
        Assert.Null(AmqpEndpoint.WhatIsWrongWith("${env:BROKER}"));
        Assert.NotNull(AmqpEndpoint.WhatIsWrongWith("amqp://mq:x"));
        Assert.Equal(
            "mq",
            AmqpEndpoint.Parse("${env:BROKER}", static t => t.Replace("${env:BROKER}", "amqp://mq", StringComparison.Ordinal)).Hosts[0].Host
        );
    }

    [Theory]
    [InlineData("amqps://mq?verify=verify_none", false, null)]
    [InlineData("amqps://mq//?ssl_cert_reqs=CERT_NONE", false, null)]
    [InlineData("amqps://mq/v?cacertfile=/etc/ca.pem", true, "/etc/ca.pem")]
    [InlineData("amqps://mq/v?ssl_ca_certs=/etc/ca.pem&heartbeat=5", true, "/etc/ca.pem")]
    [InlineData("pyamqps://mq/v?cacertfile=${env:CA}", true, "${env:CA}")]
    public void TLS_is_checked_unless_told_otherwise(string address, bool verify, string? authority)
    {
        var endpoint = AmqpEndpoint.Parse(address);
        Assert.True(endpoint.UsesTls);
        Assert.Equal((verify, authority), (endpoint.Tls.Verify, endpoint.Tls.AuthorityFile));
    }

    [Theory]
    [InlineData("redis://mq", "amqp://")]
    [InlineData("amqp://ops:secret@mq:70000/", "70000")]
    public void What_can_not_be_used_is_told_without_its_password(string address, string why)
    {
        var e = Assert.Throws<OpsRestartException>(() => AmqpEndpoint.Parse(address));
        Assert.Equal(OpsError.InvalidArgument, e.Error);
        Assert.Contains(why, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", e.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("amqp://mq:5673", "http://mq:15672/")]
    [InlineData("amqps://mq", "https://mq:15671/")]
    [InlineData("amqp://[::1]", "http://[::1]:15672/")]
    public void The_management_API_is_looked_for_beside_the_broker(string address, string expected) =>
        Assert.Equal(expected, AmqpEndpoint.Parse(address).DefaultManagement.ToString());

    [Theory]
    [InlineData(null, true)]
    [InlineData("off", true)]
    [InlineData("False", true)]
    [InlineData("https://mq:15671/prefix", true)]
    [InlineData("http://ops:secret@mq:15672", false)]
    [InlineData("mq:15672", false)]
    public void The_management_setting_is_off_or_an_address_without_credentials(string? setting, bool valid) =>
        Assert.Equal(valid, ManagementAccess.WhyInvalid(setting) is null);
}
