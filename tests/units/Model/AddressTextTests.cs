namespace OpsRestart.Tests.Units.Model;

public sealed class AddressTextTests
{
    [Theory]
    [InlineData("redis://:hunter2@cache:6379/0", "redis://:***@cache:6379/0")]
    [InlineData("redis://:pa@ss/w:rd?x#\"y z@cache/1?ssl_cert_reqs=none", "redis://:***@cache/1?ssl_cert_reqs=none")]
    [InlineData("redis://:${env:REDIS_PASSWORD}@cache", "redis://:${env:REDIS_PASSWORD}@cache")]
    [InlineData("${file:/run/broker}", "${file:/run/broker}")]
    [InlineData("redis+socket:///run/redis.sock?virtual_host=1", "redis+socket:///run/redis.sock?virtual_host=1")]
    [InlineData("sentinel://a:1,b:2/0?master_name=m&sentinel_password=p@s&s", "sentinel://a:1,b:2/0?master_name=m&sentinel_password=***")]
    [InlineData("amqp://ops:a;b@one//;amqp://ops:a;b@two:5673//", "amqp://ops:***@one//;amqp://ops:***@two:5673//")]
    [InlineData("postgres://nautobot@/nautobot?host=/run/postgresql", "postgres://nautobot@/nautobot?host=/run/postgresql")]
    [InlineData("postgres://u:p/w@db/x", "postgres://u:***@db/x")]
    [InlineData("host=db user=ops password='two words' dbname=x", "host=db user=ops password=*** dbname=x")]
    [InlineData("Host=db;Password=a b\";Database=x", "Host=db;Password=***;Database=x")]
    [InlineData("http://localhost:8000/@me?format=json", "http://localhost:8000/…?format=json")]
    [InlineData("https://u:p\"w@h/x?token=a&b", "https://u:***@h/x?token=***")]
    [InlineData("tcp://a:1, [::1]:2, unix:/run/x.sock, /run/y.sock", "tcp://a:1, [::1]:2, unix:/run/x.sock, /run/y.sock")]
    [InlineData("redis://:secret", "redis://…")]
    [InlineData("secret words", "…")]
    public void An_address_is_shown_without_its_secrets(string address, string shown) =>
        Assert.Equal(shown, SecretText.RedactAddress(address));

    [Theory]
    [InlineData("--password=a b\"c", "--password=***")]
    [InlineData("PGPASSWORD=${env:PW}", "PGPASSWORD=${env:PW}")]
    [InlineData("--url=redis://:a@b", "--url=redis://:***@b")]
    [InlineData("--count=3", "--count=3")]
    public void An_argument_is_shown_without_its_secret(string argument, string shown) =>
        Assert.Equal(shown, SecretText.RedactArgument(argument));
}
