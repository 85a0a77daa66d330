namespace OpsRestart.Tests.Units.Model;

public sealed class SecretTextTests
{
    [Theory]
    [InlineData("redis://:hunter2@cache:6379/0", "redis://:***@cache:6379/0")]
    [InlineData("amqp://ops:p@ss/word@mq/vh", "amqp://ops:***@mq/vh")]
    [InlineData("postgres://nautobot@/nautobot?host=/run/postgresql", "postgres://nautobot@/nautobot?host=/run/postgresql")]
    [InlineData("redis://:${env:REDIS_PASSWORD}@cache", "redis://:${env:REDIS_PASSWORD}@cache")]
    [InlineData("Host=db;Password=hunter2;Database=x", "Host=db;Password=***;Database=x")]
    [InlineData("failed: redis://a:b@c and redis://d:e@f", "failed: redis://a:***@c and redis://d:***@f")]
    [InlineData("sentinel://a:26379/0?master_name=m&sentinel_password=hunter2", "sentinel://a:26379/0?master_name=m&sentinel_password=***")]
    [InlineData("REDIS_PASSWORD=hunter2 ./run", "REDIS_PASSWORD=*** ./run")]
    [InlineData("Host=db;Password='two words';Database=x", "Host=db;Password=***;Database=x")]
    [InlineData("password=${env:DB_PASSWORD}", "password=${env:DB_PASSWORD}")]
    [InlineData("http://localhost:8000/health/", "http://localhost:8000/health/")]
    public void Hides_passwords_and_nothing_else(string text, string expected) => Assert.Equal(expected, SecretText.Redact(text));
}
