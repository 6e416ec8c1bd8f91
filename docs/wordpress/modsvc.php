<?php
/**
 * Plugin Name: modsvc
 * Description: Asks modsvc what to do with each comment, and follows what its moderators decide.
 * License: Apache-2.0
 *
 * A must-use plugin: put this file into wp-content/mu-plugins, and define MODSVC_URL and MODSVC_KEY in wp-config.php.
 * A comment is stored as pending before modsvc is asked, so that nothing but an answer can publish it.
 */

defined('ABSPATH') || exit;

final class Modsvc
{
    const TIMEOUT_S = 5;
    const FOLLOW_EVERY_S = 120;
    const PAGE = 100;
    // Kept with a comment: what WordPress would do with it, till modsvc has answered; and when that was decided.
    const WOULD = 'modsvc_wordpress_would';
    const DECIDED = 'modsvc_decided_at';
    // Where to read on in the feed of decisions.
    const CURSOR = 'modsvc_cursor';

    /** What WordPress would do with the comment that is about to be stored; null if modsvc is not to be asked. */
    private static $would = null;

    /** Keep a reader's comment pending. Staff, and what WordPress itself turns away, are none of our business. */
    public static function hold($would, $comment)
    {
        $user = (int) ($comment['user_id'] ?? 0);
        $post = get_post((int) $comment['comment_post_ID']);
        $staff = $user && (user_can($user, 'moderate_comments') || ($post && (int) $post->post_author === $user));
        if ($staff || !is_scalar($would) || !in_array((string) $would, ['0', '1'], true)) {
            self::$would = null;
            return $would;
        }
        self::$would = (string) $would;
        return 0;
    }

    /** Ask about a comment that has just been stored, now that it has an id. */
    public static function stored($id, $comment)
    {
        [$would, self::$would] = [self::$would, null];
        if ($would !== null && $comment->comment_approved === '0') {
            add_comment_meta($id, self::WOULD, $would, true);
            self::ask($comment);
            // What is published by now has told the author of the article already.
            remove_action('comment_post', 'wp_new_comment_notify_postauthor');
        }
    }

    /** Read what was decided since, and ask again about comments that got no answer. */
    public static function catch_up()
    {
        do {
            [$status, $page] = self::call('GET', '/v1/decisions?limit=' . self::PAGE . '&after=' . get_option(self::CURSOR, '0'));
            if ($status !== 200 || !is_array($page['decisions'] ?? null) || !isset($page['next'])) {
                return;
            }
            foreach ($page['decisions'] as $decision) {
                $comment = ctype_digit($decision['id']) ? get_comment($decision['id']) : null;
                if ($comment && get_comment_meta($comment->comment_ID, self::DECIDED, true) !== $decision['decided_at']) {
                    self::follow($comment, $decision);
                }
            }
            update_option(self::CURSOR, $page['next'], false);
        } while (count($page['decisions']) === self::PAGE);
        foreach (get_comments(['status' => 'hold', 'meta_key' => self::WOULD, 'order' => 'ASC', 'number' => 50]) as $comment) {
            if (self::ask($comment) === 0) {
                return;
            }
        }
    }

    /** Ask about one comment and do what the answer says. Gives the answer's HTTP status, 0 if there was none. */
    private static function ask($comment)
    {
        [$status, $answer] = self::call('POST', '/v1/comments', self::describe($comment));
        $known = in_array($answer['action'] ?? null, ['approve', 'hold', 'reject'], true);
        if ($known && in_array($status, [200, 201], true) && isset($answer['decided_by'], $answer['decided_at'])) {
            self::follow($comment, $answer);
        } elseif (in_array($status, [400, 413, 422], true)) {
            // It cannot be judged, today or tomorrow: too long, or without a text. It is for a person to see.
            delete_comment_meta($comment->comment_ID, self::WOULD);
        } else {
            error_log("modsvc: comment $comment->comment_ID stays pending: HTTP status $status");
        }
        return $status;
    }

    /** Do what was decided. The policy publishes only what WordPress would have published, a moderator anything. */
    private static function follow($comment, $decision)
    {
        $id = $comment->comment_ID;
        $may_publish = $decision['decided_by'] === 'moderator' || get_comment_meta($id, self::WOULD, true) === '1';
        delete_comment_meta($id, self::WOULD);
        update_comment_meta($id, self::DECIDED, $decision['decided_at']);
        $is = $comment->comment_approved;
        if ($decision['action'] === 'approve') {
            $may_publish && $is !== '1' && wp_set_comment_status($id, '1');
        } elseif ($decision['action'] !== 'reject') {
            $is !== '0' && wp_set_comment_status($id, '0');
        } elseif (!EMPTY_TRASH_DAYS || self::is_spam($decision)) {
            $is !== 'spam' && wp_spam_comment($id);
        } else {
            $is !== 'trash' && wp_trash_comment($id);
        }
    }

    private static function is_spam($decision)
    {
        foreach ($decision['reasons'] ?? [] as $reason) {
            if ($reason['code'] === 'spam' && $reason['action'] === 'reject') {
                return true;
            }
        }
        return false;
    }

    /** Say what modsvc is told: ids are those that `modsvc import wordpress` gives. */
    private static function describe($comment)
    {
        $post = get_post($comment->comment_post_ID);
        $url = (string) get_permalink($post);
        $sections = get_the_category($post->ID);
        $user = get_userdata($comment->user_id);
        $email = strtolower(trim($comment->comment_author_email));
        // A guest is free to take an account's name for its own.
        $name = trim($comment->comment_author);
        $guest = $email !== '' ? self::digest($email) : ($name === '' ? '' : "name-$name");
        $told = [
            'id' => (string) $comment->comment_ID,
            'body' => self::plain($comment->comment_content),
            'article' => [
                'id' => self::known_as($url),
                'title' => self::plain($post->post_title),
                'url' => mb_substr($url, 0, 2000),
                'section' => $sections ? self::plain($sections[0]->name) : '',
                'body' => mb_substr(wp_strip_all_tags(strip_shortcodes($post->post_content)), 0, 5000),
            ],
            'author' => [
                'id' => self::known_as($user ? "user-$user->ID" : $guest),
                'name' => self::plain($comment->comment_author),
                'joined_at' => $user ? self::moment($user->user_registered) : null,
            ],
            'created_at' => self::moment($comment->comment_date_gmt),
        ];
        $parent = $comment->comment_parent ? get_comment($comment->comment_parent) : null;
        if ($parent) {
            $told['parent'] = ['id' => (string) $parent->comment_ID, 'body' => self::plain($parent->comment_content)];
        }
        return $told;
    }

    /** Give the text of a comment's HTML. Addresses and titles are written out: what is not read must not be published. */
    private static function plain($html)
    {
        $text = preg_replace_callback('/<[^<>]*>/', function ($tag) {
            if (preg_match('~^<(br|/p|/div|/li|/blockquote)\b~i', $tag[0])) {
                return "\n";
            }
            preg_match_all('/(?<!rel)(?<!target)=\s*(["\'])(.*?)\1/s', $tag[0], $values);
            return $values[2] ? ' ' . implode(' ', $values[2]) . ' ' : '';
        }, $html);
        return trim(html_entity_decode($text ?? $html, ENT_QUOTES | ENT_HTML5, 'UTF-8'));
    }

    private static function known_as($name)
    {
        $name = trim($name);
        return mb_strlen($name) > 200 ? self::digest($name) : ($name ?: 'unknown');
    }

    private static function digest($text)
    {
        return substr(hash('sha256', $text), 0, 32);
    }

    private static function moment($gmt)
    {
        return str_replace(' ', 'T', $gmt) . 'Z';
    }

    /** Call modsvc. Gives the HTTP status, 0 if there was no answer, and what the JSON says. */
    private static function call($method, $path, $body = null)
    {
        if (!defined('MODSVC_URL') || !defined('MODSVC_KEY')) {
            return [0, null];
        }
        $response = wp_remote_request(rtrim(MODSVC_URL, '/') . $path, [
            'method' => $method,
            'timeout' => self::TIMEOUT_S,
            'redirection' => 0,
            'headers' => ['Authorization' => 'Bearer ' . MODSVC_KEY, 'Content-Type' => 'application/json'],
            'body' => $body === null ? null : json_encode($body, JSON_UNESCAPED_UNICODE | JSON_INVALID_UTF8_SUBSTITUTE),
        ]);
        $status = (int) wp_remote_retrieve_response_code($response);
        return [$status, json_decode(wp_remote_retrieve_body($response), true)];
    }
}

add_filter('pre_comment_approved', ['Modsvc', 'hold'], PHP_INT_MAX, 2);
add_action('wp_insert_comment', ['Modsvc', 'stored'], 10, 2);
add_action('modsvc_catch_up', ['Modsvc', 'catch_up']);
add_filter('cron_schedules', function ($schedules) {
    return $schedules + ['modsvc' => ['interval' => Modsvc::FOLLOW_EVERY_S, 'display' => 'modsvc']];
});
add_action('init', function () {
    wp_next_scheduled('modsvc_catch_up') || wp_schedule_event(time(), 'modsvc', 'modsvc_catch_up');
});
