#include "CGMime.h"

#include <gmime/gmime.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void start(void) { g_mime_init(); }

// A plain part rather than GMimeTextPart, which would pick the smallest charset that fits: UTF-8 is expected everywhere.
static GMimeObject *text_part(const char *subtype, const char *text) {
    GMimePart *part = g_mime_part_new_with_type("text", subtype);
    g_mime_object_set_content_type_parameter(GMIME_OBJECT(part), "charset", "utf-8");
    GMimeStream *stream = g_mime_stream_mem_new_with_buffer(text, strlen(text));
    GMimeDataWrapper *content = g_mime_data_wrapper_new_with_stream(stream, GMIME_CONTENT_ENCODING_DEFAULT);
    g_mime_part_set_content(part, content);
    g_mime_part_set_content_encoding(part, GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
    g_object_unref(content);
    g_object_unref(stream);
    return GMIME_OBJECT(part);
}

char *rapport_mail_compose(const struct rapport_mail *mail, size_t *length) {
    pthread_once(&once, start);
    GMimeMessage *message = g_mime_message_new(FALSE);
    g_mime_message_add_mailbox(message, GMIME_ADDRESS_TYPE_FROM, mail->from_name, mail->from);
    g_mime_message_add_mailbox(message, GMIME_ADDRESS_TYPE_TO, mail->to_name, mail->to);
    if (mail->reply_to) g_mime_message_add_mailbox(message, GMIME_ADDRESS_TYPE_REPLY_TO, NULL, mail->reply_to);
    g_mime_message_set_subject(message, mail->subject, "utf-8");
    GDateTime *date = g_date_time_new_from_unix_utc(mail->date);
    if (date) {
        g_mime_message_set_date(message, date);
        g_date_time_unref(date);
    }
    g_mime_message_set_message_id(message, mail->message_id);
    GMimeObject *object = GMIME_OBJECT(message);
    if (mail->language) g_mime_object_append_header(object, "Content-Language", mail->language, "utf-8");
    for (size_t index = 0; index < mail->header_count; index++) {
        g_mime_object_append_header(object, mail->header_names[index], mail->header_values[index], "utf-8");
    }
    GMimeObject *body;
    if (mail->html) {
        GMimeMultipart *alternatives = g_mime_multipart_new_with_subtype("alternative");
        if (mail->boundary) g_mime_multipart_set_boundary(alternatives, mail->boundary);
        GMimeObject *text = text_part("plain", mail->text ? mail->text : "");
        GMimeObject *html = text_part("html", mail->html);
        g_mime_multipart_add(alternatives, text);
        g_mime_multipart_add(alternatives, html);
        g_object_unref(text);
        g_object_unref(html);
        body = GMIME_OBJECT(alternatives);
    } else {
        body = text_part("plain", mail->text ? mail->text : "");
    }
    g_mime_message_set_mime_part(message, body);
    g_object_unref(body);

    GMimeFormatOptions *options = g_mime_format_options_new();
    g_mime_format_options_set_newline_format(options, GMIME_NEWLINE_FORMAT_DOS);
    GMimeStream *stream = g_mime_stream_mem_new();
    char *bytes = NULL;
    if (g_mime_object_write_to_stream(object, options, stream) >= 0) {
        GByteArray *array = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));
        bytes = malloc(array->len + 1);
        if (bytes) {
            memcpy(bytes, array->data, array->len);
            bytes[array->len] = 0;
            *length = array->len;
        }
    }
    g_object_unref(stream);
    g_mime_format_options_free(options);
    g_object_unref(message);
    return bytes;
}

void rapport_mail_free(char *bytes) { free(bytes); }
