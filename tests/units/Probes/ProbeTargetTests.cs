using OpsRestart.Adapters.Probes.Postgres;
using OpsRestart.Adapters.Wire;

namespace OpsRestart.Tests.Units.Probes;

public sealed class ProbeTargetTests
{
    [Fact]
    public void A_password_from_outside_may_hold_any_character()
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, "p@ss/w:rd?#%\n");
            var target = Secrets.ResolveUri($"postgres://ops:${{file:{file}}}@db:5433/x?application_name=a");
            var parsed = PostgresUri.Parse(target);
            Assert.Equal(
                ("ops", "p@ss/w:rd?#%", "db", 5433, "x"),
                (parsed.Username, parsed.Password, parsed.Host, parsed.Port, parsed.Database)
            );
            Assert.Equal("p@ss/w:rd?#%", Secrets.ResolveUri($"${{file:{file}}}"));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("postgres://nautobot@/nautobot?host=/run/postgresql", "/run/postgresql", 5432, "nautobot", "nautobot")]
    [InlineData("postgres://%2Frun%2Fpostgresql/db", "/run/postgresql", 5432, null, "db")]
    [InlineData("postgresql://u%40x@[::1]:5433", "::1", 5433, "u@x", null)]
    [InlineData("postgres://", null, 5432, null, null)]
    [InlineData("postgres:///db?user=u&port=6432", null, 6432, "u", "db")]
    [InlineData("postgres://a:1,b:2/db", "a:1,b:2", 5432, null, "db")]
    [InlineData("host = db  user='o\\'ps' dbname=x", "db", 5432, "o'ps", "x")]
    [InlineData("Server=db;Port=5433;User Id=ops", "db", 5433, "ops", null)]
    public void Postgres_targets_are_read_as_libpq_reads_them(string text, string? host, int port, string? user, string? database)
    {
        var parsed = PostgresUri.Parse(text);
        Assert.Equal((host, port, user, database), (parsed.Host, parsed.Port, parsed.Username, parsed.Database));
    }

    [Theory]
    [InlineData("tcp://localhost:22", "localhost:22")]
    [InlineData("localhost:22", "localhost:22")]
    [InlineData("[::1]:22", "[::1]:22")]
    [InlineData("unix:///run/x.sock", "/run/x.sock")]
    [InlineData("unix:/run/x.sock", "/run/x.sock")]
    [InlineData("/run/x.sock", "/run/x.sock")]
    [InlineData("::1", null)]
    [InlineData("host:port", null)]
    [InlineData("host:0", null)]
    [InlineData("a b:22", null)]
    public void Endpoints_are_hosts_with_ports_or_sockets(string text, string? shown) => Assert.Equal(shown, Place.Parse(text)?.ToString());
}
