using System.Globalization;

namespace OpsRestart.Parameters;

/// <summary>Reads a moment: a date and time, or a duration, which means that long ago (<c>-Since 10m</c>). The result is UTC.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class PointInTimeAttribute : ArgumentTransformationAttribute
{
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        var value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        return value switch
        {
            DateTime time => time.ToUniversalTime(),
            DateTimeOffset time => time.UtcDateTime,
            TimeSpan ago => DateTime.UtcNow - ago,
            IFormattable or string when Duration.TryParseMoment(Convert.ToString(value, CultureInfo.InvariantCulture), out var time) =>
                time,
            _ => throw Bad(value),
        };
    }

    private static ArgumentTransformationMetadataException Bad(object? value) =>
        new($"'{value}' is not a moment. Write a duration for that long ago (10m, 2h), or a date and time (2026-03-01 14:30).");
}
