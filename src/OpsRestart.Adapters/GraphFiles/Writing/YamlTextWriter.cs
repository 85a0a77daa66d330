using OpsRestart.Adapters.Settings;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace OpsRestart.Adapters.GraphFiles.Writing;

/// <summary>
/// Writes maps, lists and values as YAML that people like to read: blocks, with short lists in one line, and quotes only where needed.
/// </summary>
#pragma warning disable CA1001 // a writer over memory: there is nothing to release
internal sealed class YamlTextWriter
#pragma warning restore CA1001
{
    private readonly StringWriter _text = new(CultureInfo.InvariantCulture) { NewLine = "\n" };
    private readonly Emitter _emitter;

    public YamlTextWriter()
    {
        _emitter = new Emitter(_text, new EmitterSettings(2, int.MaxValue, isCanonical: false, maxSimpleKeyLength: 1024));
        _emitter.Emit(new StreamStart());
        _emitter.Emit(new DocumentStart(null, null, isImplicit: true));
    }

    public string Finish()
    {
        _emitter.Emit(new DocumentEnd(isImplicit: true));
        _emitter.Emit(new StreamEnd());
        return _text.ToString();
    }

    public void Map(Action content)
    {
        _emitter.Emit(new MappingStart(AnchorName.Empty, TagName.Empty, isImplicit: true, MappingStyle.Block));
        content();
        _emitter.Emit(new MappingEnd());
    }

    public void List<T>(IEnumerable<T> items, Action<T> write)
    {
        _emitter.Emit(new SequenceStart(AnchorName.Empty, TagName.Empty, isImplicit: true, SequenceStyle.Block));
        foreach (var item in items)
        {
            write(item);
        }

        _emitter.Emit(new SequenceEnd());
    }

    public void Text(string value) =>
        Scalar(value, SettingMap.IsAmbiguous(value) || !IsPrintable(value) ? ScalarStyle.DoubleQuoted : ScalarStyle.Any);

    public void Key(string key) => Text(key);

    /// <summary>A key with its text; left out when there is none.</summary>
    public void Text(string key, string? value)
    {
        if (value is not null)
        {
            Key(key);
            Text(value);
        }
    }

    /// <summary>A key with a list in one line; left out when empty.</summary>
    public void Texts(string key, IReadOnlyList<string> values)
    {
        if (values.Count > 0)
        {
            Key(key);
            Texts(values);
        }
    }

    /// <summary>A key with its duration; left out when it is the default.</summary>
    public void Duration(string key, TimeSpan? value, TimeSpan? unlessIt)
    {
        if (value is { } duration && duration != unlessIt)
        {
            Key(key);
            Scalar(DurationText(duration), ScalarStyle.Any);
        }
    }

    /// <summary>A setting of any of the types that a graph file knows.</summary>
    public void Value(object? value)
    {
        switch (value)
        {
            case null:
                Scalar("~", ScalarStyle.Plain);
                break;
            case string s:
                Text(s);
                break;
            case bool flag:
                Scalar(flag ? "true" : "false", ScalarStyle.Plain);
                break;
            case double or float:
                Scalar(SettingMap.Fraction(Convert.ToDouble(value, CultureInfo.InvariantCulture)), ScalarStyle.Plain);
                break;
            case TimeSpan duration:
                Scalar(DurationText(duration), ScalarStyle.Any);
                break;
            case System.Collections.IDictionary map:
                Map(() => Pairs(map));
                break;
            case IEnumerable<string> texts:
                Texts([.. texts]);
                break;
            case System.Collections.IEnumerable values:
                List(values.Cast<object?>(), Value);
                break;
            case IFormattable number:
                Scalar(number.ToString(null, CultureInfo.InvariantCulture), ScalarStyle.Any);
                break;
            default:
                Text(value.ToString() ?? "");
                break;
        }
    }

    /// <summary>Exact, and as short as admins write it.</summary>
    internal static string DurationText(TimeSpan value)
    {
        if (value.Ticks % TimeSpan.TicksPerMillisecond != 0)
        {
            return value.ToString("c", CultureInfo.InvariantCulture);
        }

        var parts = string.Concat(
            Part(value.Days, "d"),
            Part(value.Hours, "h"),
            Part(value.Minutes, "m"),
            Part(value.Seconds, "s"),
            Part(value.Milliseconds, "ms")
        );
        return parts.Length == 0 ? "0s" : parts;

        static string Part(int count, string unit) => count == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{count}{unit}");
    }

    private void Pairs(System.Collections.IDictionary map)
    {
        foreach (System.Collections.DictionaryEntry entry in map)
        {
            Key(Convert.ToString(entry.Key, CultureInfo.InvariantCulture) ?? "");
            Value(entry.Value);
        }
    }

    private void Texts(IReadOnlyList<string> values)
    {
        _emitter.Emit(new SequenceStart(AnchorName.Empty, TagName.Empty, isImplicit: true, SequenceStyle.Flow));
        foreach (var value in values)
        {
            Text(value);
        }

        _emitter.Emit(new SequenceEnd());
    }

    private void Scalar(string value, ScalarStyle style) =>
        _emitter.Emit(new Scalar(AnchorName.Empty, TagName.Empty, value, style, isPlainImplicit: true, isQuotedImplicit: true));

    // Always with a fraction or an exponent, so that it is read as a fraction again.
    private static bool IsPrintable(string value) =>
        !value.Any(static c => char.IsControl(c) || c is '\u2028' or '\u2029' or '\u0085' or '\ufeff');
}
