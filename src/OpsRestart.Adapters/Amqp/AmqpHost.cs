using System.Globalization;

namespace OpsRestart.Adapters.Amqp;

/// <summary>One node of a broker.</summary>
internal sealed record AmqpHost(string Name, int Port)
{
    public string UriName => Name.Contains(':', StringComparison.Ordinal) ? $"[{Name}]" : Name;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{UriName}:{Port}");
}
